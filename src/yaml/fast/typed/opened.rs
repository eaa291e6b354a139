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
    /// Behind the colon of this line, whose key is in this column. The reader is before the line.
    Line(Line, usize),
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
        first: Option<Begun<'s>>,
    },
    /// The reader is at its first dash.
    Sequence { column: usize },
    /// The reader is at its bracket. Behind it a line ends, unless it is in another one.
    Flow { is_mapping: bool, ends_line: bool },
}

/// What a line of a mapping begins with.
#[derive(Clone, Copy)]
pub(super) enum Begun<'s> {
    /// A line of the grammar of `line.rs`. The reader is before it.
    Line(Line),
    /// A key. The reader is behind its colon.
    Key(Named<'s>),
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
    fn of(key: Key<'s>) -> Option<Self> {
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

impl<'s> Reader<'s> {
    pub(super) fn open(&mut self, place: Place) -> Option<Opened<'s>> {
        match place {
            Place::Block => self.open_block(),
            Place::Mapped(column) => self.open_mapped(column),
            Place::Item(column) => self.open_item(column),
            Place::Line(line, column) => self.open_line(&line, column),
            Place::Flow => self.open_in_flow(),
        }
    }

    /// What a line of a mapping begins with.
    pub(super) fn begun(&mut self) -> Option<Begun<'s>> {
        match self.line_here() {
            Some(line) => Some(Begun::Line(line)),
            None => Named::of(self.key()?).map(Begun::Key),
        }
    }

    /// What is behind the colon of such a line.
    fn open_line(&mut self, line: &Line, column: usize) -> Option<Opened<'s>> {
        self.pass_line(line)?;
        let text = self.text;
        let value = match line.style {
            Style::Below => return self.open_below(column),
            Style::Plain => self.resolve(&text[line.value..line.end])?,
            Style::Quoted => Value::String(text[line.value + 1..line.end - 1].into()),
        };
        Some(Opened::Scalar(value))
    }

    /// The key of an entry of a flow mapping; goes to its value.
    pub(super) fn named_in_flow(&mut self) -> Option<Named<'s>> {
        let key = Named::of(self.flow_key()?);
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

    fn open_item(&mut self, column: usize) -> Option<Opened<'s>> {
        self.skip_blank()?;
        if self.is_at_line_end() {
            self.end_line()?;
            let is_below = self.column > Some(column);
            return is_below.then(|| self.open_block()).flatten();
        }
        let start = self.at;
        let own_column = start - self.line;
        match self.byte(start)? {
            b'-' if self.is_at_dash() => return Some(Opened::Sequence { column: own_column }),
            b'[' | b'{' | b'|' | b'>' => return self.open_value(column),
            _ => {}
        }
        if let Some(line) = self.line_here() {
            return Some(Opened::Mapping {
                column: own_column,
                first: Some(Begun::Line(line)),
            });
        }
        let (text, end) = if let b'"' | b'\'' = self.byte(start)? {
            let text = self.quoted()?;
            let end = self.at;
            self.skip_spaces();
            (Value::String(text), end)
        } else {
            let text = self.plain(false)?;
            (self.resolve(text)?, start + text.len())
        };
        if self.byte(self.at) == Some(b':') {
            self.at = start;
            let first = Some(self.begun()?);
            return Some(Opened::Mapping {
                column: own_column,
                first,
            });
        }
        self.at = end;
        self.end_line()?;
        Some(Opened::Scalar(text))
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
        match self.byte(self.at)? {
            byte @ (b'[' | b'{') => Some(flow(byte, false)),
            _ => {
                let node: Node<'s> = self.flow_value()?;
                Some(Opened::Scalar(node.value))
            }
        }
    }
}

fn flow<'s>(bracket: u8, ends_line: bool) -> Opened<'s> {
    Opened::Flow {
        is_mapping: bracket == b'{',
        ends_line,
    }
}
