//! Scalars for types.

use std::borrow::Cow;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::gave_up::GaveUp;
use crate::yaml::Value;

/// A scalar that is no `null`, as `decode.rs` gives it to a type.
pub(super) struct Scalar<'s>(pub(super) Value<'s>);

impl<'s> Deserializer<'s> for Scalar<'s> {
    type Error = GaveUp;

    fn deserialize_any<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        match self.0 {
            Value::Bool(value) => visitor.visit_bool(value),
            Value::Integer(value) => match u64::try_from(value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(value),
            },
            Value::Float(value) => visitor.visit_f64(value),
            Value::String(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Value::String(Cow::Owned(text)) => visitor.visit_string(text),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => Err(GaveUp),
        }
    }

    fn deserialize_option<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, GaveUp> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'s>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'s>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value, GaveUp> {
        Err(GaveUp)
    }

    fn deserialize_enum<V: Visitor<'s>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, GaveUp> {
        match self.0 {
            Value::String(Cow::Borrowed(text)) => {
                BorrowedStrDeserializer::new(text).deserialize_enum(name, variants, visitor)
            }
            _ => Err(GaveUp),
        }
    }

    /// Of a key that the type does not know.
    fn deserialize_ignored_any<V: Visitor<'s>>(self, _visitor: V) -> Result<V::Value, GaveUp> {
        Err(GaveUp)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'s>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}
