//! Edits of a text, and applying them.

use std::io;

/// Bytes to insert, and the number of bytes that they replace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) at: usize,
    pub(super) delete: usize,
    pub(super) insert: String,
}

/// Writes a text with edits, which are sorted by position.
pub(super) fn write(text: &str, edits: &[Edit], out: &mut impl io::Write) -> io::Result<()> {
    let mut written = 0;
    for edit in edits {
        out.write_all(&text.as_bytes()[written..edit.at])?;
        out.write_all(edit.insert.as_bytes())?;
        written = edit.at + edit.delete;
    }
    out.write_all(&text.as_bytes()[written..])
}
