//! Values files: YAML with a comment here and there, which the safe writer knows nothing of.

use serde_json::{Map, Value as Json};

use crate::components::chart::Entry;
use crate::yaml;

/// Appends a comment, each of its lines after `# `.
pub(super) fn comment(text: &str, indent: usize, out: &mut String) {
    for line in text.lines() {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str("# ");
        out.push_str(line);
        out.push('\n');
    }
}

/// Appends entries, each after its comment, as a document or under a key.
pub(super) fn entries(entries: Vec<Entry>, within: Option<&str>, out: &mut String) {
    if let Some(key) = within {
        // A key of ours, that of a section.
        out.push_str(key);
        out.push_str(":\n");
    }
    for entry in entries {
        comment(&entry.comment, if within.is_some() { 2 } else { 0 }, out);
        let entry = Map::from_iter([(entry.key, entry.value)]);
        let Some(key) = within else {
            yaml::write(&entry, out);
            continue;
        };
        // Indented by the writer itself: a text of several lines is not to be shifted from outside.
        let mut text = String::new();
        yaml::write(
            &Map::from_iter([(key.to_owned(), Json::Object(entry))]),
            &mut text,
        );
        let (_, below) = text.split_once('\n').expect("a key ends its line");
        out.push_str(below);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::entries;
    use crate::components::chart::Entry;

    #[test]
    fn comments_stand_above_and_texts_keep_their_lines() {
        let made = || {
            vec![
                Entry::new("a", "x\n\n  y\n").comment("One.\nTwo."),
                Entry::new("b", json!({"c": ["- d", "{{ e"]})),
            ]
        };
        let mut out = String::new();
        entries(made(), None, &mut out);
        assert_eq!(
            out,
            "# One.\n# Two.\na: |\n  x\n\n    y\nb:\n  c:\n    - \"- d\"\n    - \"{{ e\"\n"
        );
        out.clear();
        entries(made(), Some("s"), &mut out);
        assert_eq!(
            out,
            "s:\n  # One.\n  # Two.\n  a: |\n    x\n\n      y\n  b:\n    c:\n      - \"- d\"\n      - \"{{ e\"\n"
        );
    }
}
