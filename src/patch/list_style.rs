//! Whether lists under a key are indented, and writing them as the rest of a document does.

/// Whether most lists of a document have their dashes in the column of their key.
pub(super) fn is_flat(text: &str) -> bool {
    let mut key = None;
    let (mut flat, mut indented) = (0, 0);
    for line in text.lines() {
        let trimmed = line.trim_start_matches(' ');
        if trimmed.trim_end().is_empty() || trimmed.starts_with('#') {
            continue;
        }
        let column = line.len() - trimmed.len();
        if is_item(trimmed)
            && let Some(key) = key
        {
            if column == key {
                flat += 1;
            } else if column > key {
                indented += 1;
            }
        }
        key = column_of_open_key(column, trimmed);
    }
    flat > indented
}

fn is_item(trimmed: &str) -> bool {
    trimmed.starts_with("- ") || trimmed.trim_end() == "-"
}

/// The column of a key whose value begins below its line.
fn column_of_open_key(mut column: usize, mut trimmed: &str) -> Option<usize> {
    while let Some(rest) = trimmed.strip_prefix("- ") {
        let inner = rest.trim_start_matches(' ');
        column += trimmed.len() - inner.len();
        trimmed = inner;
    }
    let code = trimmed.split(" #").next()?.trim_end();
    code.ends_with(':').then_some(column)
}

/// A block of our own with its lists in the column of their keys.
pub(super) fn flattened(block: &str) -> String {
    let mut lists: Vec<usize> = Vec::new();
    let mut flat = String::with_capacity(block.len());
    for line in block.split_inclusive('\n') {
        let trimmed = line.trim_start_matches(' ');
        let column = line.len() - trimmed.len();
        let is_item = is_item(trimmed);
        while lists
            .last()
            .is_some_and(|list| column < *list || (column == *list && !is_item))
        {
            lists.pop();
        }
        // A list that is the block itself has no key.
        if is_item && column > 0 && lists.last() != Some(&column) {
            lists.push(column);
        }
        flat.push_str(&line[2 * lists.len()..]);
    }
    flat
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_lists_decide() {
        for (text, flat) in [
            ("a:\n- b\n", true),
            ("a:\n  - b\n", false),
            ("a:  # why\n\n# b\n- c: 1\n  d:\n  - e\n", true),
            ("- a:\n  - b\n", true),
            ("- a:\n    - b\n", false),
            ("a: 1\n- b\n", false),
            ("a:\n- b\nc:\n  - d\ne:\n  - f\n", false),
            ("", false),
        ] {
            assert_eq!(is_flat(text), flat, "{text}");
        }
    }

    #[test]
    fn lists_within_lists_are_flattened() {
        let block = "a:\n  b:\n    - c: 1\n      d:\n        - e\n        - f\n    - g\n  h: 1\ni:\n  - j\n";
        assert_eq!(
            flattened(block),
            "a:\n  b:\n  - c: 1\n    d:\n    - e\n    - f\n  - g\n  h: 1\ni:\n- j\n"
        );
        assert_eq!(flattened("- a:\n    - b\n"), "- a:\n  - b\n");
    }
}
