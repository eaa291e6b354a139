//! Where the documents of a text begin and end, without parsing them.

use std::ops::Range;

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};

/// Finds where a document begins.
///
/// A document ends where a line begins with `---`, even within block scalars and quotes
/// (<https://yaml.org/spec/1.2.2/#914-yaml-character-stream-streams>, `c-forbidden`). Directives before a `---` stay with
/// it, since they belong to the document that follows.
pub(crate) struct Markers {
    marker: Finder<'static>,
}

impl Markers {
    pub(crate) fn new() -> Self {
        Self {
            marker: Finder::new("\n---"),
        }
    }

    /// The length of the first document of `text`; `None` if `text` does not contain its end. `is_whole` says that nothing
    /// follows `text`, `has_directives` that it may contain directives.
    pub(crate) fn length(
        &self,
        text: &[u8],
        is_whole: bool,
        has_directives: bool,
    ) -> Option<usize> {
        let mut from = 0;
        loop {
            let dash = from + self.marker.find(&text[from..])? + 1;
            let after = text.get(dash + 3);
            if after.is_none() && !is_whole {
                return None;
            }
            // `---` must be followed by white space or nothing: `---x` is text.
            let is_marker = matches!(after, None | Some(b'\n' | b'\r' | b' ' | b'\t'));
            if is_marker && !(has_directives && Self::has_directive(&text[from..dash])) {
                return Some(dash);
            }
            from = dash;
        }
    }

    /// Whether a text may contain directives.
    pub(crate) fn may_have_directives(text: &[u8]) -> bool {
        memchr(b'%', text).is_some()
    }

    /// Whether a line begins with `%`. Inside a scalar this is not a directive; then two documents stay together, which
    /// does no harm.
    fn has_directive(part: &[u8]) -> bool {
        let part = part.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(part);
        memchr_iter(b'%', part).any(|at| at == 0 || part[at - 1] == b'\n')
    }
}

/// Where each document of a text is, with everything up to the next one.
pub fn ranges(text: &str) -> Vec<Range<usize>> {
    let markers = Markers::new();
    let has_directives = Markers::may_have_directives(text.as_bytes());
    let (mut ranges, mut start) = (Vec::new(), 0);
    while start < text.len() {
        let length = markers.length(&text.as_bytes()[start..], true, has_directives);
        let end = length.map_or(text.len(), |length| start + length);
        ranges.push(start..end);
        start = end;
    }
    ranges
}
