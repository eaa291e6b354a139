//! Values files: YAML with comments, which the safe writer does not support.

use serde_json::{Map, Value as Json};

use crate::components::chart::Entry;
use crate::yaml;

/// Appends a comment, with `# ` before each line.
pub(super) fn comment(text: &str, indent: usize, out: &mut String) {
    for line in text.lines() {
        out.extend(std::iter::repeat_n(' ', indent));
        out.push_str("# ");
        out.push_str(line);
        out.push('\n');
    }
}

/// Appends entries with their comments, as a document or under a key.
pub(super) fn entries(entries: Vec<Entry>, within: Option<&str>, out: &mut String) {
    if let Some(key) = within {
        // The key of a section, written by spotgen.
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
        // The writer indents: multi-line text must not be indented afterwards.
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
