//! The maps and lists of the YAML that [`super::write`] writes.

use serde::ser::{self, Serialize};

use super::error::{Error, Result};
use super::order::{MOST_FIRST, first_fields};
use super::position::{Position, push_indent};
use super::scalar::push_name;
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

/// Keeps the fields of a struct in order while they are written.
#[derive(Default)]
struct Fields {
    first: &'static [&'static str],
    /// Where the first field begins.
    start: usize,
    /// Where the fields of each rank, and of those before it, end.
    ends: [usize; MOST_FIRST + 1],
    /// A field on its way.
    moved: String,
}

impl Fields {
    /// A field that comes first has its number among those; the others come after them.
    fn rank(&self, key: &str) -> usize {
        let rank = self.first.iter().position(|first| *first == key);
        rank.unwrap_or(MOST_FIRST)
    }

    /// Moves the field that was written last, from `start` on, behind those of its rank.
    fn place(&mut self, rank: usize, start: usize, indent: usize, out: &mut String) {
        let is_first = self.ends[MOST_FIRST] == 0;
        if is_first {
            self.start = start;
            self.ends = [start; MOST_FIRST + 1];
        }
        let (to, end) = (self.ends[rank], self.ends[MOST_FIRST]);
        let grown = out.len() - end;
        // Before everything else there is no indentation.
        let is_in_front = to < end && to == self.start;
        if to < end {
            self.moved.clear();
            // Between two fields is the indentation of the second.
            if is_in_front {
                self.moved.push_str(&out[start..]);
                push_indent(indent, &mut self.moved);
            } else {
                self.moved.push_str(&out[start - indent..]);
            }
            out.truncate(start - indent);
            out.insert_str(to, &self.moved);
        }
        for end in &mut self.ends[rank..] {
            let is_empty = is_in_front && *end == self.start;
            *end += if is_empty { grown - indent } else { grown };
        }
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
        let start = self.out.len();
        push_name(key, self.out);
        self.out.push(':');
        self.value(value)?;
        let rank = self.fields.rank(key);
        self.fields.place(rank, start, self.indent, self.out);
        Ok(())
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

    fn end(self) -> Result {
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
