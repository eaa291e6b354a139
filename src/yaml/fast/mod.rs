//! A quick reader for the YAML that people and templates mostly write.
//!
//! It reads block mappings and sequences, scalars of one line, flow collections and block scalars, and gives up on
//! everything else: whatever it is not certain of (anchors, tags, tabs, scalars over several lines, anything that would
//! be a problem to report) is left to the parser. What it does read, it reads as the parser does, to the byte.

mod block;
mod block_scalar;
mod chars;
mod cursor;
mod flow;
mod scalar;
#[cfg(test)]
mod tests;

use super::{Dialect, Entry, Node, Parsed, Value};
use crate::source::{SourceId, Span};

/// How many collections may be open at once. Far above what anybody writes, and far below what the stack takes.
const DEPTH_LIMIT: usize = 64;

/// What comes of `text`, without a problem, unless something in it is left to the parser.
pub(super) fn read(source: SourceId, text: &str, dialect: Dialect) -> Option<Parsed<'_>> {
    let mut reader = Reader::new(source, text, dialect, true)?;
    let documents = reader.documents()?;
    Some(Parsed {
        documents,
        is_without_null: !reader.has_null,
        ..Parsed::default()
    })
}

/// Whether `text` is certainly YAML. Keys that are written twice do not count.
pub(super) fn is_yaml(text: &str) -> bool {
    let mut reader = Reader::new(SourceId(0), text, Dialect::Manifest, false);
    reader
        .as_mut()
        .is_some_and(|reader| reader.documents().is_some())
}

/// Where reading has come to. Every method that returns an `Option` gives the whole text up with `None`.
struct Reader<'s> {
    source: SourceId,
    text: &'s str,
    dialect: Dialect,
    /// Whether anybody wants what is read; else the collections stay empty.
    keeps: bool,
    /// The next byte.
    at: usize,
    /// The first byte of its line.
    line: usize,
    /// The column of the next content, once a line is done; none at the end of a document.
    column: Option<usize>,
    depth: usize,
    /// What has been read of the mappings that are open, innermost last; likewise the sequences. Each takes its own
    /// off the end when it is complete, and so knows its size when it asks for memory.
    entries: Vec<Entry<'s>>,
    items: Vec<Node<'s>>,
    has_null: bool,
}

impl<'s> Reader<'s> {
    fn new(source: SourceId, text: &'s str, dialect: Dialect, keeps: bool) -> Option<Self> {
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

    fn documents(&mut self) -> Option<Vec<Node<'s>>> {
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
    fn sequence_node(&mut self, base: usize, start: usize, end: usize) -> Node<'s> {
        if !self.keeps {
            self.items.truncate(base);
        }
        let items = self.items.split_off(base);
        self.node(start, end, Value::Sequence(items))
    }

    fn node(&mut self, start: usize, end: usize, value: Value<'s>) -> Node<'s> {
        self.has_null |= matches!(value, Value::Null);
        Node {
            span: self.span(start, end),
            value,
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    /// One more collection is open; [`Reader::leave`] when it is complete.
    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEPTH_LIMIT).then_some(())
    }

    fn leave(&mut self) {
        self.depth -= 1;
    }
}
