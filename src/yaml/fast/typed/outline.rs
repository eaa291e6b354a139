//! Where the parts of a text are that was read straight into its type. A part is read again when its node is asked for.

use std::sync::OnceLock;

use super::super::reader::Reader;
use crate::source::{SourceId, Span};
use crate::yaml::{Dialect, Node};

/// The outline of a text whose root is a mapping in a block.
#[derive(Clone, Debug)]
pub struct Outline<'s> {
    source: SourceId,
    text: &'s str,
    dialect: Dialect,
    entries: Vec<Entry<'s>>,
}

/// An entry of the root, or of a mapping in a block that is a value there. Those stand behind it.
#[derive(Clone, Debug)]
struct Entry<'s> {
    key: &'s str,
    /// The first byte of the key.
    start: u32,
    /// The one behind its last.
    end: u32,
    colon: usize,
    is_inner: bool,
    /// The dashes, if its value is a list in a block.
    dashes: Vec<u32>,
    items: OnceLock<Vec<OnceLock<Box<Node<'static>>>>>,
    /// With texts of its own, as the items: a cell of what borrows would forbid to take the outline for one that lives shorter.
    value: OnceLock<Node<'static>>,
}

/// How far an outline leads to a node that is asked for: then the way goes on within what is reached.
#[derive(Clone, Copy, Debug)]
pub struct Reached<'o, 's> {
    /// How many segments of the path lead there.
    pub depth: usize,
    /// The key of the innermost entry on the way.
    pub key: Option<Span>,
    part: Part<'o, 's>,
}

#[derive(Clone, Copy, Debug)]
enum Part<'o, 's> {
    /// The value of an entry.
    Value(&'o Outline<'s>, usize),
    Item(&'o Outline<'s>, usize, usize),
    Nothing,
}

impl<'o> Reached<'o, '_> {
    /// Whether it is a mapping or a list in a block, as far as that is known without reading it.
    pub fn is_block(self) -> bool {
        match self.part {
            Part::Value(outline, at) => {
                !outline.entries[at].dashes.is_empty() || outline.is_outer(at)
            }
            Part::Item(..) | Part::Nothing => false,
        }
    }

    /// Whether it is an item of a list.
    pub fn is_item(self) -> bool {
        matches!(self.part, Part::Item(..))
    }

    /// What is there, if anything is.
    pub fn node(self) -> Option<&'o Node<'static>> {
        match self.part {
            Part::Value(outline, at) => Some(outline.value(at)),
            Part::Item(outline, at, item) => Some(outline.item(at, item)),
            Part::Nothing => None,
        }
    }
}

impl<'s> Outline<'s> {
    pub(super) fn new(source: SourceId, text: &'s str, dialect: Dialect) -> Self {
        Self {
            source,
            text,
            dialect,
            entries: Vec::new(),
        }
    }

    /// Adds an entry with the place of its key and its colon.
    pub(super) fn add(&mut self, is_inner: bool, key: &'s str, span: Span, colon: usize) {
        self.entries.push(Entry {
            key,
            start: span.start,
            end: span.end,
            colon,
            is_inner,
            dashes: Vec::new(),
            items: OnceLock::new(),
            value: OnceLock::new(),
        });
    }

    /// An item of the list that is the value of the last entry.
    pub(super) fn add_dash(&mut self, dash: usize) {
        let Span { start: dash, .. } = Span::new(self.source, dash, dash);
        if let Some(entry) = self.entries.last_mut() {
            entry.dashes.push(dash);
        }
    }

    /// Whether the last entry is one within an entry of the root.
    pub(super) fn is_within(&self) -> bool {
        self.entries.last().is_some_and(|entry| entry.is_inner)
    }

    /// Whether there is any: not if the root is no mapping in a block.
    pub(super) fn has_entries(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The first byte of the root.
    pub fn start(&self) -> Span {
        let start = self.entries.first().map_or(0, |entry| entry.start);
        Span {
            source: self.source,
            start,
            end: start,
        }
    }

    /// The root, which is read as a whole for it.
    pub fn root(&self) -> Node<'s> {
        let mut reader = Reader::new(self.source, self.text, self.dialect).expect(READ);
        let documents: Option<Vec<Node<'s>>> = reader.documents();
        documents.and_then(|mut all| all.pop()).expect(READ)
    }

    /// As far as it leads on a path, which has a segment.
    pub fn reach<'o>(&'o self, path: &[impl AsRef<str>]) -> Reached<'o, 's> {
        let nothing = |depth, key| Reached {
            depth,
            key,
            part: Part::Nothing,
        };
        let Some(outer) = self.find(0, false, path[0].as_ref()) else {
            return nothing(0, None);
        };
        let value = |depth, at| Reached {
            depth,
            key: Some(self.key(at)),
            part: Part::Value(self, at),
        };
        let Some(segment) = path.get(1).filter(|_| self.is_outer(outer)) else {
            return value(1, outer);
        };
        let Some(inner) = self.find(outer + 1, true, segment.as_ref()) else {
            return nothing(1, Some(self.key(outer)));
        };
        let dashes = &self.entries[inner].dashes;
        let Some(segment) = path.get(2).filter(|_| !dashes.is_empty()) else {
            return value(2, inner);
        };
        match segment.as_ref().parse::<usize>() {
            Ok(item) if item < dashes.len() => Reached {
                depth: 3,
                key: Some(self.key(inner)),
                part: Part::Item(self, inner, item),
            },
            _ => nothing(2, Some(self.key(inner))),
        }
    }

    /// The entry of this key among those from `from` on that are alike.
    fn find(&self, from: usize, is_inner: bool, key: &str) -> Option<usize> {
        for (at, entry) in self.entries.iter().enumerate().skip(from) {
            if is_inner && !entry.is_inner {
                return None;
            }
            if entry.is_inner == is_inner && entry.key == key {
                return Some(at);
            }
        }
        None
    }

    fn is_outer(&self, at: usize) -> bool {
        let next = self.entries.get(at + 1);
        !self.entries[at].is_inner && next.is_some_and(|next| next.is_inner)
    }

    fn key(&self, at: usize) -> Span {
        let Entry { start, end, .. } = self.entries[at];
        Span {
            source: self.source,
            start,
            end,
        }
    }

    fn value(&self, at: usize) -> &Node<'static> {
        let entry = &self.entries[at];
        entry.value.get_or_init(|| {
            let (mut reader, column) = self.reader_at(entry.start);
            reader.at = entry.colon + 1;
            let node: Option<Node<'_>> = reader.mapped(column, entry.colon);
            node.expect(READ).into_static()
        })
    }

    fn item(&self, at: usize, item: usize) -> &Node<'static> {
        let entry = &self.entries[at];
        let items = entry.items.get_or_init(|| {
            let none = |_: &u32| OnceLock::new();
            entry.dashes.iter().map(none).collect()
        });
        items[item].get_or_init(|| {
            let dash = entry.dashes[item];
            let (mut reader, column) = self.reader_at(dash);
            reader.at = dash as usize + 1;
            let node: Option<Node<'_>> = reader.skip_blank().and_then(|()| reader.dashed(column));
            Box::new(node.expect(READ).into_static())
        })
    }

    /// A reader of the line that has this byte, and the column of the byte.
    fn reader_at(&self, at: u32) -> (Reader<'s>, usize) {
        let at = at as usize;
        let line = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let reader = Reader::of_plain(self.source, self.text, line, self.dialect);
        (reader, at - line)
    }
}

/// Why a part can be read.
const READ: &str = "it was read into its type by the same rules";
