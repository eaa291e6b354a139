//! The key of an entry.

use std::borrow::Cow;

use crate::source::Span;

/// A key and the `:` after it.
pub(super) struct Key<'s> {
    pub(super) text: Cow<'s, str>,
    pub(super) span: Span,
    pub(super) colon: usize,
}
