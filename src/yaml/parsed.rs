//! What comes of reading a text.

use super::node::Node;
use super::sharing::Sharing;
use crate::source::Span;

/// What came of a text: its documents, and what is wrong with it.
#[derive(Debug, Default)]
pub struct Parsed<'s> {
    /// All documents up to the first syntax error. Empty documents are `Null`.
    pub documents: Vec<Node<'s>>,
    pub problems: Vec<Problem>,
    pub sharing: Sharing,
    /// Whether there is no `null` in them; false as long as nobody has looked.
    pub is_without_null: bool,
}

/// Something that keeps a text from being used.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Whether the text is not YAML at all: whatever comes after was not read.
    pub is_fatal: bool,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
    /// Another place that belongs to it, with what is there: of a key that is written twice, the first.
    pub related: Option<(Span, String)>,
}
