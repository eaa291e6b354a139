//! The state of the fast reader.

use super::chars;
use super::seen::Seen;
use super::shape::Shape;
use crate::source::{SourceId, Span};
use crate::yaml::parsed::ListStyles;
use crate::yaml::{Dialect, Entry, Node, Value};

/// How many collections may be open at once. Far more than anybody writes, and far less than overflows the stack.
pub(super) const DEPTH_LIMIT: usize = 64;

/// How many entries of mappings are usually open at once.
const ROOM: usize = 11;

/// The state of reading. Every method that returns an `Option` gives up on the whole text with `None`.
pub(super) struct Reader<'s> {
    source: SourceId,
    pub(super) text: &'s str,
    pub(super) dialect: Dialect,
    /// What is kept of the collection that is being read.
    pub(super) shape: Shape,
    /// The next byte.
    pub(super) at: usize,
    /// The first byte of its line.
    pub(super) line: usize,
    /// The column of the next content after a line is complete. `None` at the end of a document.
    pub(super) column: Option<usize>,
    depth: usize,
    /// What has been read of the mappings that are open, innermost last; likewise the sequences. Each takes its own
    /// off the end when it is complete, and so knows its size when it asks for memory.
    pub(super) entries: Vec<Entry<'s>>,
    pub(super) items: Vec<Node<'s>>,
    pub(super) has_null: bool,
    /// The block sequences that are values of keys.
    pub(super) lists: ListStyles,
    /// The blocks that other readers have walked over.
    pub(super) seen: Seen,
}

impl<'s> Reader<'s> {
    pub(super) fn new(source: SourceId, text: &'s str, dialect: Dialect) -> Option<Self> {
        Self::from(source, text, 0, dialect)
    }

    /// One that begins at the line at `start`.
    pub(super) fn from(
        source: SourceId,
        text: &'s str,
        start: usize,
        dialect: Dialect,
    ) -> Option<Self> {
        chars::are_plain(&text[start..]).then(|| Self::of_plain(source, text, start, dialect))
    }

    /// The same for a text of characters that are known to be plain.
    pub(super) fn of_plain(
        source: SourceId,
        text: &'s str,
        start: usize,
        dialect: Dialect,
    ) -> Self {
        Self {
            source,
            text,
            dialect,
            shape: Shape::Kept,
            at: start,
            line: start,
            column: None,
            depth: 0,
            entries: Vec::with_capacity(ROOM),
            items: Vec::new(),
            has_null: false,
            lists: ListStyles::default(),
            seen: Seen::default(),
        }
    }

    pub(super) fn node(&mut self, start: usize, end: usize, value: Value<'s>) -> Node<'s> {
        self.has_null |= matches!(value, Value::Null);
        Node {
            span: self.span(start, end),
            value,
        }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    pub(super) fn count_list(&mut self, is_flat: bool) {
        self.lists.is_some_flat |= is_flat;
        self.lists.is_some_indented |= !is_flat;
    }

    /// One more collection is open; [`Reader::leave`] when it is complete.
    pub(super) fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEPTH_LIMIT).then_some(())
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
}
