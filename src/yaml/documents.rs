//! Where the documents of a text begin and end, without parsing them.

use std::ops::Range;

use super::first_column;
use super::key_lines::KeyLines;

/// Finds where a document ends, by its lines that begin in the first column.
///
/// A document ends where a line begins with `---`, even within block scalars and quotes
/// (<https://yaml.org/spec/1.2.2/#914-yaml-character-stream-streams>, `c-forbidden`). Directives before a `---` stay with
/// it, since they belong to the document that follows.
#[derive(Debug, Default)]
pub(crate) struct DocumentEnd {
    /// How much of the document has been looked at.
    passed: usize,
    /// Whether there was a marker that does not end it.
    is_marked: bool,
    /// Whether a line behind the last of those, or behind the first line, begins with `%`. Inside a scalar this is not a
    /// directive; then two documents stay together, which does no harm.
    has_directive: bool,
    keys: KeyLines,
}

impl DocumentEnd {
    /// The length of the document at the beginning of `text`; `None` if `text` does not contain its end. `is_whole` says that
    /// nothing follows `text`. With more text it goes on where it was, and behind an end it goes on to the next one.
    pub(crate) fn find(&mut self, text: &[u8], is_whole: bool) -> Option<usize> {
        while let Some(start) = first_column::next(text, self.passed) {
            let line = &text[start..];
            if line.len() <= "---".len() && !is_whole {
                return None;
            }
            self.passed = start;
            if line.starts_with(b"---") {
                // `---` must be followed by white space or nothing: `---x` is text.
                let is_marker = matches!(line.get(3), None | Some(b'\n' | b'\r' | b' ' | b'\t'));
                let is_first = !std::mem::replace(&mut self.is_marked, true);
                let has_directive = std::mem::take(&mut self.has_directive)
                    || is_first && begins_with_directive(text);
                if is_marker && !has_directive {
                    return Some(start);
                }
            }
            self.has_directive |= line[0] == b'%';
            self.keys.see(text, start);
        }
        // The last byte may be a line break.
        self.passed = self.passed.max(text.len().saturating_sub(1));
        None
    }

    /// The lines that may begin with an outermost key, up to the end that was found, or to that of the text.
    pub(crate) fn keys(&self) -> &KeyLines {
        &self.keys
    }
}

fn begins_with_directive(text: &[u8]) -> bool {
    let text = text.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(text);
    text.starts_with(b"%")
}

/// Where each document of a text is, with everything up to the next one.
pub fn ranges(text: &str) -> Vec<Range<usize>> {
    let (mut ranges, mut start) = (Vec::new(), 0);
    while start < text.len() {
        let rest = &text.as_bytes()[start..];
        let length = DocumentEnd::default().find(rest, true);
        let end = length.map_or(text.len(), |length| start + length);
        ranges.push(start..end);
        start = end;
    }
    ranges
}
