//! What the parser has against a text, in words that say what to change.

/// The message of the parser at an offset, and how to fix it.
pub(super) fn explained(message: &str, text: &str, at: usize) -> (String, Option<String>) {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    if text[start..at].contains('\t') {
        let help = "replace tabs with spaces: YAML does not allow tabs as indentation";
        return (message.to_owned(), Some(help.to_owned()));
    }
    if message.contains("unknown anchor") {
        let after = text[at..].trim_start_matches('*');
        let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}');
        let name = after.split(is_end).next().unwrap_or_default();
        let help = "define it before it is used, or quote the value if `*` is meant literally";
        return (
            format!("no anchor `&{name}` is defined"),
            Some(help.to_owned()),
        );
    }
    if message.contains("recursion limit") {
        let help = "nest fewer lists and maps in each other: the file may be cut off, or made by a program";
        return (
            "lists and maps nest too deep".to_owned(),
            Some(help.to_owned()),
        );
    }
    let is_about_lines = [
        "expected key",
        "expected '-'",
        "mapping keys are not allowed",
    ]
    .iter()
    .any(|part| message.contains(part));
    let help = is_about_lines.then(|| indentation(text, start)).flatten();
    (message.to_owned(), help)
}

/// How the indentation of a line differs from that of its neighbours.
fn indentation(text: &str, start: usize) -> Option<String> {
    let line = text[start..].lines().next()?;
    let (own, key) = indented_key(line)?;
    let before = text[..start].lines().rev();
    let others = before.filter_map(indented_key);
    // Of two that are as far, the nearer line is more likely to be the neighbour.
    let (other, neighbour) = others
        .filter(|(other, _)| *other != own)
        .min_by_key(|(other, _)| other.abs_diff(own))?;
    Some(format!(
        "`{key}` is indented by {}, `{neighbour}` above it by {}: keys of one map have the same indentation",
        spaces(own),
        spaces(other)
    ))
}

fn spaces(count: usize) -> String {
    match count {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        count => format!("{count} spaces"),
    }
}

/// The indentation of a line that begins with a key, and the key.
fn indented_key(line: &str) -> Option<(usize, &str)> {
    let content = line.trim_start_matches(' ');
    let (key, _) = content.split_once(':')?;
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-/".contains(&byte);
    let is_key = !key.is_empty() && !key.starts_with("- ") && key.bytes().all(is_word);
    is_key.then_some((line.len() - content.len(), key))
}

#[cfg(test)]
mod tests {
    use crate::source::SourceId;
    use crate::yaml::{Dialect, parse};

    fn problem(text: &str) -> (String, String) {
        let parsed = parse(SourceId(0), text, Dialect::Config);
        let problem = parsed.problems.into_iter().next().expect("it is wrong");
        (problem.message, problem.help.unwrap_or_default())
    }

    #[test]
    fn wrong_indentation_names_the_neighbour() {
        let (_, help) = problem("spec:\n  nodePools:\n    - {name: a}\n   workloads: []\n");
        assert!(
            help.starts_with(
                "`workloads` is indented by 3 spaces, `nodePools` above it by 2 spaces"
            ),
            "{help}"
        );
        let (_, help) = problem("a:\n    b: 1\n  c: 2\n");
        assert!(
            help.starts_with("`c` is indented by 2 spaces, `b` above it by 4 spaces"),
            "{help}"
        );
        let (_, help) = problem("a:\n\tb: 1\n");
        assert!(help.starts_with("replace tabs"), "{help}");
    }

    #[test]
    fn an_unknown_anchor_is_named() {
        let (message, help) = problem("a: {b: *sel, c: 1}\n");
        assert_eq!(message, "not YAML: no anchor `&sel` is defined");
        assert!(help.ends_with("quote the value if `*` is meant literally"));
        assert_eq!(
            problem("a: *.example.com\n").0,
            "not YAML: no anchor `&.example.com` is defined"
        );
    }
}
