//! A serde serializer that writes block-style YAML straight into a `String`.

mod block;
mod scalar;
#[cfg(test)]
mod tests;

use std::fmt::{self, Debug, Display, Write as _};

use serde::ser::{self, Serialize};

use self::block::Block;
pub use self::scalar::scalar;
use self::scalar::{is_literal, push_scalar};

/// Appends `value` to `out` as a YAML block document (no `---`), ending with a newline.
///
/// # Panics
///
/// If a map key is neither a string nor an integer, or a `Serialize` impl of its own fails.
pub fn write<T: Serialize + ?Sized>(value: &T, out: &mut String) {
    value
        .serialize(Value {
            out,
            indent: 0,
            place: Place::Top,
        })
        .expect("map keys are strings or integers, and no Serialize impl fails by itself");
}

/// Why a value cannot be written.
#[derive(Debug)]
struct Error(String);

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

type Result<T = ()> = std::result::Result<T, Error>;

/// What a value follows.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing: it is the document.
    Top,
    /// The `:` of its key.
    Colon,
    /// The `-` of its list item.
    Dash,
    /// Nothing yet: it is itself a key.
    Key,
}

/// Writes one value, and the line break after it.
struct Value<'a> {
    out: &'a mut String,
    /// Where the lines of a collection begin.
    indent: usize,
    place: Place,
}

impl<'a> Value<'a> {
    fn begin(&mut self) {
        if matches!(self.place, Place::Colon | Place::Dash) {
            self.out.push(' ');
        }
    }

    fn end(&mut self) {
        if self.place != Place::Key {
            self.out.push('\n');
        }
    }

    fn integer(mut self, value: impl Display) -> Result {
        self.begin();
        write!(self.out, "{value}").map_err(ser::Error::custom)?;
        self.end();
        Ok(())
    }

    /// A scalar that is no key.
    fn word(mut self, word: &str) -> Result {
        self.no_key()?;
        self.begin();
        self.out.push_str(word);
        self.end();
        Ok(())
    }

    /// A float, given its shortest text.
    fn float(self, shortest: &str) -> Result {
        // YAML 1.1 asks for a point in the mantissa and a sign in the exponent.
        match shortest.split_once('e') {
            None => self.word(shortest),
            Some((mantissa, exponent)) => {
                let point = if mantissa.contains('.') { "" } else { ".0" };
                let sign = if exponent.starts_with('-') { "" } else { "+" };
                self.word(&format!("{mantissa}{point}e{sign}{exponent}"))
            }
        }
    }

    fn literal(mut self, text: &str) {
        self.begin();
        self.out.push_str("|\n");
        // A document's own lines are indented too, lest one of them look like `---`.
        let indent = self.indent.max(2);
        for line in text.split_terminator('\n') {
            if !line.is_empty() {
                push_indent(indent, self.out);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn no_key(&self) -> Result {
        if self.place == Place::Key {
            return Err(Error(
                "a map key is neither a string nor an integer".to_owned(),
            ));
        }
        Ok(())
    }

    fn block(self) -> Result<Block<'a>> {
        self.no_key()?;
        Ok(Block::new(self.out, self.indent, self.place))
    }

    /// The value of the only entry of a map.
    fn variant(self, name: &'static str) -> Result<Value<'a>> {
        let mut block = self.block()?;
        block.key(name)?;
        Ok(Value {
            out: block.out,
            indent: block.indent + 2,
            place: Place::Colon,
        })
    }
}

/// Appends that many spaces.
fn push_indent(mut indent: usize, out: &mut String) {
    const SPACES: &str = "                                ";
    while indent > SPACES.len() {
        out.push_str(SPACES);
        indent -= SPACES.len();
    }
    out.push_str(&SPACES[..indent]);
}

impl<'a> ser::Serializer for Value<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Block<'a>;
    type SerializeTuple = Block<'a>;
    type SerializeTupleStruct = Block<'a>;
    type SerializeTupleVariant = Block<'a>;
    type SerializeMap = Block<'a>;
    type SerializeStruct = Block<'a>;
    type SerializeStructVariant = Block<'a>;

    fn serialize_bool(self, v: bool) -> Result {
        self.word(if v { "true" } else { "false" })
    }

    fn serialize_i8(self, v: i8) -> Result {
        self.integer(v)
    }

    fn serialize_i16(self, v: i16) -> Result {
        self.integer(v)
    }

    fn serialize_i32(self, v: i32) -> Result {
        self.integer(v)
    }

    fn serialize_i64(self, v: i64) -> Result {
        self.integer(v)
    }

    fn serialize_i128(self, v: i128) -> Result {
        self.integer(v)
    }

    fn serialize_u8(self, v: u8) -> Result {
        self.integer(v)
    }

    fn serialize_u16(self, v: u16) -> Result {
        self.integer(v)
    }

    fn serialize_u32(self, v: u32) -> Result {
        self.integer(v)
    }

    fn serialize_u64(self, v: u64) -> Result {
        self.integer(v)
    }

    fn serialize_u128(self, v: u128) -> Result {
        self.integer(v)
    }

    fn serialize_f32(self, v: f32) -> Result {
        // Not through f64, whose shortest text has more digits.
        if v.is_finite() {
            self.float(&format!("{v:?}"))
        } else {
            self.serialize_f64(v.into())
        }
    }

    fn serialize_f64(self, v: f64) -> Result {
        if v.is_finite() {
            self.float(&format!("{v:?}"))
        } else if v.is_nan() {
            self.word(".nan")
        } else {
            self.word(if v > 0.0 { ".inf" } else { "-.inf" })
        }
    }

    fn serialize_char(self, v: char) -> Result {
        self.serialize_str(v.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(mut self, v: &str) -> Result {
        if self.place != Place::Key && is_literal(v) {
            self.literal(v);
        } else {
            self.begin();
            push_scalar(v, self.out);
            self.end();
        }
        Ok(())
    }

    fn serialize_bytes(self, v: &[u8]) -> Result {
        self.collect_seq(v)
    }

    fn serialize_none(self) -> Result {
        self.word("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result {
        self.word("null")
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result {
        self.word("null")
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result {
        value.serialize(self.variant(variant)?)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Block<'a>> {
        self.block()
    }

    fn serialize_tuple(self, _: usize) -> Result<Block<'a>> {
        self.block()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Block<'a>> {
        self.block()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Block<'a>> {
        self.variant(variant)?.block()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Block<'a>> {
        self.block()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Block<'a>> {
        self.block()
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Block<'a>> {
        self.variant(variant)?.block()
    }
}
