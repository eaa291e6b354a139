//! The maps and lists of the YAML that [`super::write`] writes.

use serde::ser::{self, Serialize};

use super::error::{Error, Result};
use super::order::first_fields;
use super::position::{Position, push_indent};
use super::value::Value;

/// Readers give up on a `key:` whose key is longer than 1024 characters.
const LONGEST_SIMPLE_KEY: usize = 1000;

/// Writes the entries of a map or the items of a list.
pub(super) struct Block<'a> {
    pub(super) out: &'a mut String,
    /// Where its lines begin.
    pub(super) indent: usize,
    position: Position,
    empty: bool,
    /// The fields of a struct so far.
    fields: Fields,
}

/// Where each field begins, and its rank among those that come first.
#[derive(Default)]
struct Fields {
    first: &'static [&'static str],
    starts: Vec<(usize, usize)>,
    is_unordered: bool,
}

impl Fields {
    fn push(&mut self, key: &str, start: usize) {
        let rank = self.first.iter().position(|first| *first == key);
        let rank = rank.unwrap_or(self.first.len());
        self.is_unordered |= self.starts.last().is_some_and(|(last, _)| *last > rank);
        self.starts.push((rank, start));
    }
}

impl<'a> Block<'a> {
    pub(super) fn new(out: &'a mut String, indent: usize, position: Position) -> Self {
        Self {
            out,
            indent,
            position,
            empty: true,
            fields: Fields::default(),
        }
    }

    /// The same for a struct of this name.
    pub(super) fn of_struct(mut self, name: &str) -> Self {
        self.fields.first = first_fields(name);
        self
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
        self.next();
        self.fields.push(key, self.out.len());
        self.written_key(key)?;
        self.value(value)
    }

    /// Puts the fields that come first there.
    fn order_fields(&mut self) {
        if !self.fields.is_unordered {
            return;
        }
        let fields = std::mem::take(&mut self.fields.starts);
        let region = fields.first().map_or(self.out.len(), |(_, start)| *start);
        let written = self.out.split_off(region);
        // Between two fields is the indentation of the second.
        let ends = fields.iter().skip(1).map(|(_, start)| start - self.indent);
        let ends = ends.chain([region + written.len()]);
        let mut parts: Vec<(usize, &str)> = fields
            .iter()
            .zip(ends)
            .map(|((rank, start), end)| (*rank, &written[start - region..end - region]))
            .collect();
        parts.sort_by_key(|(rank, _)| *rank);
        for (number, (_, part)) in parts.into_iter().enumerate() {
            if number > 0 {
                push_indent(self.indent, self.out);
            }
            self.out.push_str(part);
        }
    }

    /// Goes to where the next entry begins.
    fn next(&mut self) {
        match (self.empty, self.position) {
            // The first entry shares the line of the dash.
            (true, Position::Dash) => self.out.push(' '),
            (true, Position::Colon) => {
                self.out.push('\n');
                push_indent(self.indent, self.out);
            }
            _ => push_indent(self.indent, self.out),
        }
        self.empty = false;
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.next();
        self.out.push('-');
        value.serialize(Value {
            out: self.out,
            indent: self.indent + 2,
            position: Position::Dash,
        })
    }

    /// Writes a key up to its colon.
    pub(super) fn key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.next();
        self.written_key(key)
    }

    fn written_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        let start = self.out.len();
        key.serialize(Value {
            out: self.out,
            indent: self.indent,
            position: Position::Key,
        })?;
        if self.out.len() - start > LONGEST_SIMPLE_KEY {
            self.out.insert_str(start, "? ");
            self.out.push('\n');
            push_indent(self.indent, self.out);
        }
        self.out.push(':');
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        value.serialize(Value {
            out: self.out,
            indent: self.indent + 2,
            position: Position::Colon,
        })
    }

    fn finish(self, if_empty: &str) -> Result {
        if self.empty {
            let value = Value {
                out: self.out,
                indent: self.indent,
                position: self.position,
            };
            value.word(if_empty)?;
        }
        Ok(())
    }
}

impl ser::SerializeSeq for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.item(value)
    }

    fn end(self) -> Result {
        self.finish("[]")
    }
}

impl ser::SerializeTuple for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.item(value)
    }

    fn end(self) -> Result {
        self.finish("[]")
    }
}

impl ser::SerializeTupleStruct for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.item(value)
    }

    fn end(self) -> Result {
        self.finish("[]")
    }
}

impl ser::SerializeTupleVariant for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.item(value)
    }

    fn end(self) -> Result {
        self.finish("[]")
    }
}

impl ser::SerializeMap for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result {
        self.key(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result {
        self.value(value)
    }

    fn end(self) -> Result {
        self.finish("{}")
    }
}

impl ser::SerializeStruct for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
        self.field(key, value)
    }

    fn end(mut self) -> Result {
        self.order_fields();
        self.finish("{}")
    }
}

impl ser::SerializeStructVariant for Block<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result {
        self.key(key)?;
        self.value(value)
    }

    fn end(self) -> Result {
        self.finish("{}")
    }
}
