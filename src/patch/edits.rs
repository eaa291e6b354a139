//! Edits of a text, and the text with them.

use std::io;

/// Bytes to put in, and those to take out in their place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) delete: usize,
    pub(super) insert: String,
}

/// Writes a text with its edits, which are in its order.
pub(super) fn write(text: &str, edits: &[Edit], out: &mut impl io::Write) -> io::Result<()> {
    let mut written = 0;
    for edit in edits {
        out.write_all(&text.as_bytes()[written..edit.at])?;
        out.write_all(edit.insert.as_bytes())?;
        written = edit.at + edit.delete;
    }
    out.write_all(&text.as_bytes()[written..])
}
