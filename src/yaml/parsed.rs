//! The result of reading a text.

use super::node::Node;
use super::sharing::Sharing;
use crate::source::Span;

/// The documents of a text, and its problems.
#[derive(Debug, Default)]
pub struct Parsed<'s> {
    /// All documents up to the first syntax error; of a stream, all that can be read. Empty documents are `Null`.
    pub documents: Vec<Node<'s>>,
    pub problems: Vec<Problem>,
    pub sharing: Sharing,
    /// Whether the documents contain no `null`. False if this was not checked.
    pub is_without_null: bool,
    /// The lists in it. None if nobody looked at them.
    pub lists: Option<ListStyles>,
}

/// Where the dashes of block sequences stand that are values of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListStyles {
    /// In the column of the key.
    pub is_some_flat: bool,
    /// Further right.
    pub is_some_indented: bool,
}

impl ListStyles {
    /// Those of two parts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            is_some_flat: self.is_some_flat || other.is_some_flat,
            is_some_indented: self.is_some_indented || other.is_some_indented,
        }
    }
}

/// A problem that makes a text unusable.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Whether the rest of the text, or of its document in a stream, was not read: it is not YAML at all, or too large.
    pub is_fatal: bool,
    pub span: Span,
    pub message: String,
    pub help: Option<String>,
    /// A related location with a label, such as the first of two equal keys.
    pub related: Option<(Span, String)>,
}
