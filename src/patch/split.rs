//! A stream cut into its documents, without reading them.

use std::ops::Range;

use memchr::memmem::Finder;

/// Cuts a stream where a line begins with `---`: there a document begins whatever came before, block scalars and
/// quotes included (<https://yaml.org/spec/1.2.2/#914-yaml-character-stream-streams>, `c-forbidden`). Every byte is in
/// exactly one of the parts. What stands before a directive's `---` stays with it, for it belongs to what follows.
pub(super) fn split(stream: &str) -> impl Iterator<Item = Range<usize>> {
    let marker = Finder::new("\n---").into_owned();
    let directive = Finder::new("\n%").into_owned();
    let mut start = 0;
    std::iter::from_fn(move || {
        if start == stream.len() {
            return None;
        }
        let mut from = start;
        let end = loop {
            let Some(found) = marker.find(&stream.as_bytes()[from..]) else {
                break stream.len();
            };
            let dash = from + found + 1;
            if is_marker(&stream[dash..]) && !has_directive(&stream[from..dash], &directive) {
                break dash;
            }
            from = dash;
        };
        let part = start..end;
        start = end;
        Some(part)
    })
}

/// `---` and then white space or nothing: `---x` is text.
fn is_marker(line: &str) -> bool {
    matches!(
        line.as_bytes().get(3),
        None | Some(b'\n' | b'\r' | b' ' | b'\t')
    )
}

/// Whether a line begins with `%`. In the middle of a scalar that is no directive; then two documents stay together,
/// which does no harm.
fn has_directive(part: &str, directive: &Finder<'_>) -> bool {
    let part = part.strip_prefix('\u{FEFF}').unwrap_or(part);
    part.starts_with('%') || directive.find(part.as_bytes()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(stream: &str) -> Vec<&str> {
        let parts: Vec<&str> = split(stream).map(|part| &stream[part]).collect();
        assert_eq!(parts.concat(), stream);
        parts
    }

    #[test]
    fn a_part_begins_at_every_marker() {
        assert_eq!(parts("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(parts("---\na\n---\n---\n"), ["---\na\n", "---\n", "---\n"]);
        assert_eq!(
            parts("--- a\n--- # b\n---"),
            ["--- a\n", "--- # b\n", "---"]
        );
        assert_eq!(parts("a\r\n---\r\nb"), ["a\r\n", "---\r\nb"]);
        assert_eq!(parts(""), Vec::<&str>::new());
    }

    #[test]
    fn what_only_looks_like_a_marker_is_none() {
        for whole in ["a: |\n  ---\n", "a\n---b\n", "a ---\n", "- - -\n ---\n"] {
            assert_eq!(parts(whole), [whole]);
        }
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(
            parts("a\n...\n%YAML 1.2\n---\nb\n---\nc\n"),
            ["a\n...\n%YAML 1.2\n---\nb\n", "---\nc\n"]
        );
        assert_eq!(parts("%YAML 1.2\n---\nb\n"), ["%YAML 1.2\n---\nb\n"]);
    }
}
