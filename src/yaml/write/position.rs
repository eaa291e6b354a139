//! Where in a line a value is written.

/// What a value follows.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Position {
    /// Nothing: it is the document.
    Top,
    /// The `:` of its key.
    Colon,
    /// The `-` of its list item.
    Dash,
    /// Nothing yet: it is itself a key.
    Key,
}

/// Appends that many spaces.
pub(super) fn push_indent(mut indent: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    while indent > SPACES.len() {
        out.push_str(SPACES);
        indent -= SPACES.len();
    }
    out.push_str(&SPACES[..indent]);
}
