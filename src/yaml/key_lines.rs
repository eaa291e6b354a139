//! Lines of a document that may begin with one of its outermost keys.

/// More than objects of Kubernetes have, a marker and one that says that there are too many.
const MOST: usize = 18;

/// Where the first of those lines begin, in their order. Not of them are the line at the beginning of the document, empty
/// lines, comments, and items of a list.
#[derive(Clone, Copy, Debug, Default)]
pub struct KeyLines {
    starts: [usize; MOST],
    count: usize,
}

impl KeyLines {
    /// Adds a line that begins in the first column, if it is one of them.
    pub(super) fn see(&mut self, text: &[u8], start: usize) {
        let is_blank = matches!(text[start..], [b'\n' | b'\r' | b'#', ..]);
        let is_item = matches!(text[start..], [b'-'] | [b'-', b' ' | b'\n' | b'\r', ..]);
        if !is_blank && !is_item && self.count < MOST {
            self.starts[self.count] = start;
            self.count += 1;
        }
    }

    /// Whether one of them begins with a letter, which is content in any case.
    pub fn have_content(&self, text: &str) -> bool {
        let mut starts = self.starts().iter();
        starts.any(|start| text.as_bytes()[*start].is_ascii_alphabetic())
    }

    pub(super) fn starts(&self) -> &[usize] {
        &self.starts[..self.count]
    }
}
