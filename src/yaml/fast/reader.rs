//! The state of the fast reader, and the documents of a text.

use super::chars;
use crate::source::{SourceId, Span};
use crate::yaml::{Dialect, Entry, Node, Value};

/// How many collections may be open at once. Far more than anybody writes, and far less than overflows the stack.
const DEPTH_LIMIT: usize = 64;

/// The state of reading. Every method that returns an `Option` gives up on the whole text with `None`.
pub(super) struct Reader<'s> {
    source: SourceId,
    pub(super) text: &'s str,
    pub(super) dialect: Dialect,
    /// Whether the content is needed. If not, the collections stay empty.
    pub(super) keeps: bool,
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
}

impl<'s> Reader<'s> {
    pub(super) fn new(
        source: SourceId,
        text: &'s str,
        dialect: Dialect,
        keeps: bool,
    ) -> Option<Self> {
        chars::are_plain(text).then(|| Self {
            source,
            text,
            dialect,
            keeps,
            at: 0,
            line: 0,
            column: None,
            depth: 0,
            entries: Vec::new(),
            items: Vec::new(),
            has_null: false,
        })
    }

    pub(super) fn documents(&mut self) -> Option<Vec<Node<'s>>> {
        let mut documents = Vec::new();
        self.find_content()?;
        if self.column.is_some() {
            documents.push(self.root()?);
        }
        while self.at < self.text.len() {
            documents.push(self.marked_document()?);
        }
        Some(documents)
    }

    /// A document that begins with a line `---`.
    fn marked_document(&mut self) -> Option<Node<'s>> {
        if !self.rest().starts_with(b"---") {
            return None;
        }
        self.at += 3;
        let marker = self.at;
        self.end_line()?;
        match self.column {
            None => Some(self.node(marker, marker, Value::Null)),
            Some(_) => self.root(),
        }
    }

    fn root(&mut self) -> Option<Node<'s>> {
        let root = self.block()?;
        self.column.is_none().then_some(root)
    }

    /// The sequence of all items from `base` on.
    pub(super) fn sequence_node(&mut self, base: usize, start: usize, end: usize) -> Node<'s> {
        if !self.keeps {
            self.items.truncate(base);
        }
        let items = self.items.split_off(base);
        self.node(start, end, Value::Sequence(items))
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

    /// One more collection is open; [`Reader::leave`] when it is complete.
    pub(super) fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEPTH_LIMIT).then_some(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }
}
