//! Comments in written YAML, which serde cannot carry.

use memchr::memchr;

/// Puts a comment above a key or list item of the document that starts at `start`, as [`super::write`] made it. The path
/// has a key for each level, and for an item of a list what it begins with after its dash; lists of mappings need no
/// level of their own. Nothing happens where the document does not have the path.
pub fn comment(out: &mut String, start: usize, path: &[&str], text: &str) {
    debug_assert!(!text.contains('\n'), "a comment is one line");
    if let Some(at) = find(&out[start..], path) {
        let at = start + at;
        let indent = indent(&out.as_bytes()[at..]);
        out.insert_str(at, &format!("{:indent$}# {text}\n", ""));
    }
}

/// The offset of the first line with this path.
fn find(text: &str, path: &[&str]) -> Option<usize> {
    let text = text.as_bytes();
    let mut at = 0;
    // The column of the keys on this level.
    let mut column = 0;
    let mut keys = path.iter();
    let mut key = keys.next()?.as_bytes();
    while at < text.len() {
        let next = memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
        // Most lines are deeper. Text in a block scalar is, too: it is indented from the key that it belongs to.
        if !is_deeper(&text[at..], column) && !is_comment(&text[at..]) {
            let indent = indent(&text[at..]);
            let content = &text[at + indent..next];
            let item = content.strip_prefix(b"- ");
            let here = indent + 2 * usize::from(item.is_some());
            if here < column {
                return None;
            }
            let begins = item.unwrap_or(content).strip_prefix(key);
            if here == column && begins.is_some_and(|rest| item.is_some() || rest.starts_with(b":"))
            {
                let Some(below) = keys.next() else {
                    return Some(at);
                };
                key = below.as_bytes();
                let first = content_from(text, next);
                column = self::indent(&text[first..]);
                column += 2 * usize::from(text[first + column..].starts_with(b"- "));
            }
        }
        at = next;
    }
    None
}

/// The first line from an offset on that is no comment.
fn content_from(text: &[u8], mut at: usize) -> usize {
    while is_comment(&text[at..]) {
        at = memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end + 1);
    }
    at
}

fn is_deeper(line: &[u8], column: usize) -> bool {
    let begin = line.get(..=column);
    begin.is_some_and(|begin| begin.iter().all(|byte| *byte == b' '))
}

fn is_comment(line: &[u8]) -> bool {
    line[indent(line)..].starts_with(b"#")
}

fn indent(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::comment;

    fn commented(path: &[&str]) -> String {
        let value = json!({
            "metadata": {"annotations": {"note": "spec:\n  replicas: 1\n", "spec": "x"}},
            "spec": {
                "containers": [{"name": "a", "args": ["--x=1", "--y=2"]}],
                "replicas": 2,
            },
        });
        let mut out = "---\n".to_owned();
        super::super::write(&value, &mut out);
        let plain = out.clone();
        comment(&mut out, 4, path, "why");
        let added: Vec<&str> = out.lines().filter(|line| line.trim() == "# why").collect();
        let next = out.lines().skip_while(|line| line.trim() != "# why").nth(1);
        let ([line], Some(next)) = (added.as_slice(), next) else {
            assert_eq!(out, plain);
            return String::new();
        };
        assert_eq!(out.replacen(&format!("{line}\n"), "", 1), plain);
        format!("{}|{next}", line.replace("# why", ""))
    }

    #[test]
    fn a_comment_stands_above_its_line_and_as_deep() {
        assert_eq!(commented(&["spec"]), "|spec:");
        assert_eq!(commented(&["spec", "replicas"]), "  |  replicas: 2");
        let args = ["spec", "containers", "args"];
        assert_eq!(commented(&args), "      |      args:");
        let item = ["spec", "containers", "args", "--y="];
        assert_eq!(commented(&item), "        |        - --y=2");
        assert_eq!(
            commented(&["spec", "containers", "name"]),
            "    |    - name: a"
        );
    }

    #[test]
    fn comments_stand_beside_each_other() {
        let mut out = String::new();
        super::super::write(&json!({"args": ["--x=1", "--y=2"], "last": 1}), &mut out);
        for (path, text) in [
            (&["args", "--x="][..], "one"),
            (&["args", "--y="], "two"),
            (&["args", "--x="], "three"),
            (&["last"], "four"),
        ] {
            comment(&mut out, 0, path, text);
        }
        assert_eq!(
            out,
            "args:\n  # one\n  # three\n  - --x=1\n  # two\n  - --y=2\n# four\nlast: 1\n"
        );
    }

    #[test]
    fn nothing_is_added_where_the_path_is_not() {
        for path in [
            &["status"][..],
            &["spec", "args"],
            &["spec", "replicas", "x"],
        ] {
            assert_eq!(commented(path), "", "{path:?}");
        }
    }
}
