//! Values as serde hands them out.

use serde::ser::{self, Serialize};

use super::block::Block;
use super::error::{Error, Result};
use super::position::Position;
use super::scalar::{is_literal, push_scalar};
use super::value::Value;

impl<'a> Value<'a> {
    fn block(self) -> Result<Block<'a>> {
        self.no_key()?;
        Ok(Block::new(self.out, self.indent, self.position))
    }

    /// The value of the only entry of a map.
    fn variant(self, name: &'static str) -> Result<Value<'a>> {
        let mut block = self.block()?;
        block.key(name)?;
        Ok(Value {
            out: block.out,
            indent: block.indent + 2,
            position: Position::Colon,
        })
    }
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
        if self.position != Position::Key && is_literal(v) {
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

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Block<'a>> {
        Ok(self.block()?.of_struct(name))
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
