//! What stands at a place: a scalar, which is read, or a collection, of which the beginning is.

use std::borrow::Cow;

use super::super::key::Key;
use super::super::line::{Line, Style};
use super::super::reader::Reader;
use crate::yaml::{Node, Value};

/// Where a value stands that is to be read.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// At the beginning of a document.
    Block,
    /// Behind the colon of a key in this column.
    Mapped(usize),
    /// Behind a dash in this column.
    Item(usize),
    /// Behind the colon of the line that is kept, whose key is in this column. The reader is before the line.
    Line(usize),
    /// Within a flow collection.
    Flow,
}

/// What stands there.
pub(super) enum Opened<'s> {
    /// The reader is behind it, where the next content is.
    Scalar(Value<'s>),
    Mapping {
        column: usize,
        /// What its first line begins with, if that is read.
        first: Option<Begun>,
    },
    /// The reader is at its first dash.
    Sequence { column: usize },
    /// The reader is at its bracket. Behind it a line ends, unless it is in another one.
    Flow { is_mapping: bool, ends_line: bool },
}

/// What a line of a mapping begins with.
#[derive(Clone, Copy)]
pub(super) enum Begun {
    /// A line of the grammar of `line.rs`, which is kept. The reader is before it.
    Line,
    /// A key, which is kept. The reader is behind its colon.
    Key,
}

/// A key that is written as it reads, which nearly all are.
#[derive(Clone, Copy)]
pub(super) struct Named<'s> {
    pub(super) text: &'s str,
    /// The first byte, with its quote if it has one.
    pub(super) start: usize,
    /// The one behind the last.
    pub(super) end: usize,
    pub(super) colon: usize,
}

impl<'s> Named<'s> {
    const NONE: Self = Self {
        text: "",
        start: 0,
        end: 0,
        colon: 0,
    };

    fn of(key: &Key<'s>) -> Option<Self> {
        let Cow::Borrowed(text) = key.text else {
            return None;
        };
        Some(Self {
            text,
            start: key.span.start as usize,
            end: key.span.end as usize,
            colon: key.colon,
        })
    }
}

/// A reader, and what it has met of a mapping and is yet to be used: in one place, since to hand it on takes as long as to
/// read it.
pub(super) struct Feeder<'s> {
    pub(super) reader: Reader<'s>,
    pub(super) line: Line,
    pub(super) key: Named<'s>,
}

impl<'s> Feeder<'s> {
    pub(super) fn new(reader: Reader<'s>) -> Self {
        Self {
            reader,
            line: Line::NONE,
            key: Named::NONE,
        }
    }

    pub(super) fn open(&mut self, place: Place) -> Option<Opened<'s>> {
        match place {
            Place::Line(column) => self.open_line(column),
            Place::Item(column) => self.open_item(column),
            Place::Mapped(column) => self.reader.open_mapped(column),
            Place::Block => self.reader.open_block(),
            Place::Flow => self.reader.open_in_flow(),
        }
    }

    /// What a line of a mapping begins with.
    pub(super) fn begun(&mut self) -> Option<Begun> {
        if let Some(line) = self.reader.line_here() {
            self.line = line;
            return Some(Begun::Line);
        }
        self.key = Named::of(&self.reader.key()?)?;
        Some(Begun::Key)
    }

    /// The key that is kept of what a line begins with.
    pub(super) fn begun_key(&self, begun: Begun) -> &'s str {
        match begun {
            Begun::Line => self.line.key(self.reader.text),
            Begun::Key => self.key.text,
        }
    }

    /// What is behind the colon of the line that is kept.
    fn open_line(&mut self, column: usize) -> Option<Opened<'s>> {
        let Self { reader, line, .. } = self;
        reader.pass_line(line)?;
        let text = reader.text;
        let value = match line.style {
            Style::Below => return reader.open_below(column),
            Style::Plain => reader.resolve(&text[line.value..line.end])?,
            Style::Quoted => Value::String(text[line.value + 1..line.end - 1].into()),
        };
        Some(Opened::Scalar(value))
    }

    fn open_item(&mut self, column: usize) -> Option<Opened<'s>> {
        let reader = &mut self.reader;
        reader.skip_blank()?;
        if reader.is_at_line_end() {
            reader.end_line()?;
            let is_below = reader.column > Some(column);
            return is_below.then(|| reader.open_block()).flatten();
        }
        let start = reader.at;
        let own_column = start - reader.line;
        match reader.byte(start)? {
            b'-' if reader.is_at_dash() => return Some(Opened::Sequence { column: own_column }),
            b'[' | b'{' | b'|' | b'>' => return reader.open_value(column),
            _ => {}
        }
        if let Some(line) = reader.line_here() {
            self.line = line;
            return Some(Opened::Mapping {
                column: own_column,
                first: Some(Begun::Line),
            });
        }
        let (value, end) = if let b'"' | b'\'' = reader.byte(start)? {
            let text = reader.quoted()?;
            let end = reader.at;
            reader.skip_spaces();
            (Value::String(text), end)
        } else {
            let text = reader.plain(false)?;
            (reader.resolve(text)?, start + text.len())
        };
        if reader.byte(reader.at) == Some(b':') {
            reader.at = start;
            let first = Some(self.begun()?);
            return Some(Opened::Mapping {
                column: own_column,
                first,
            });
        }
        reader.at = end;
        reader.end_line()?;
        Some(Opened::Scalar(value))
    }
}

impl<'s> Reader<'s> {
    /// The key of an entry of a flow mapping; goes to its value.
    pub(super) fn named_in_flow(&mut self) -> Option<Named<'s>> {
        let key = Named::of(&self.flow_key()?);
        self.skip_flow_blank()?;
        key
    }

    /// As `block.rs` has it: a collection that begins a line.
    fn open_block(&mut self) -> Option<Opened<'s>> {
        let column = self.at - self.line;
        match self.byte(self.at)? {
            b'-' if self.is_at_dash() => Some(Opened::Sequence { column }),
            byte @ (b'[' | b'{') => Some(flow(byte, true)),
            _ => Some(Opened::Mapping {
                column,
                first: None,
            }),
        }
    }

    fn open_mapped(&mut self, column: usize) -> Option<Opened<'s>> {
        self.skip_blank()?;
        if !self.is_at_line_end() {
            return self.open_value(column);
        }
        self.end_line()?;
        self.open_below(column)
    }

    /// Below a key in `column`.
    fn open_below(&mut self, column: usize) -> Option<Opened<'s>> {
        if self.column > Some(column) {
            self.open_block()
        } else if self.column == Some(column) && self.is_at_dash() {
            Some(Opened::Sequence { column })
        } else {
            None
        }
    }

    /// A value on the line of its key or dash, which is in `column`.
    fn open_value(&mut self, column: usize) -> Option<Opened<'s>> {
        let start = self.at;
        let value = match self.byte(start)? {
            byte @ (b'[' | b'{') => return Some(flow(byte, true)),
            b'|' | b'>' => {
                let node: Node<'s> = self.block_scalar(column)?;
                return Some(Opened::Scalar(node.value));
            }
            b'"' | b'\'' => Value::String(self.quoted()?),
            _ => {
                let text = self.plain(false)?;
                self.at = start + text.len();
                self.resolve(text)?
            }
        };
        self.end_line()?;
        Some(Opened::Scalar(value))
    }

    fn open_in_flow(&mut self) -> Option<Opened<'s>> {
        if let byte @ (b'[' | b'{') = self.byte(self.at)? {
            return Some(flow(byte, false));
        }
        let node: Node<'s> = self.flow_value()?;
        Some(Opened::Scalar(node.value))
    }
}

fn flow<'s>(bracket: u8, ends_line: bool) -> Opened<'s> {
    Opened::Flow {
        is_mapping: bracket == b'{',
        ends_line,
    }
}
