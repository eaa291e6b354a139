//! Values that are a number, a percentage, or a word that switches them off.

use std::fmt;

#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number of pods or a percentage of them, as in a `PodDisruptionBudget`.
/// Source: k8s.io/kubernetes pkg/apis/policy/validation (a percentage is at most 100 %).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IntOrPercent {
    Int(i32),
    Percent(u8),
}

impl IntOrPercent {
    #[cfg(test)]
    const PATTERN: &'static str = "^(100|[1-9]?[0-9])%$";

    fn percent(text: &str) -> Option<Self> {
        let digits = text.strip_suffix('%')?;
        let canonical = digits == "0" || !digits.starts_with(['0', '+']);
        let value = digits.parse().ok()?;
        (canonical && value <= 100).then_some(Self::Percent(value))
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => value.fmt(f),
            Self::Percent(value) => write!(f, "{value}%"),
        }
    }
}

impl Serialize for IntOrPercent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Int(value) => serializer.serialize_i32(*value),
            Self::Percent(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for IntOrPercent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor {
            expecting: "a number or a percentage",
            word: Self::percent,
            number: |value| i32::try_from(value).ok().map(Self::Int),
        })
    }
}

#[cfg(test)]
impl JsonSchema for IntOrPercent {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "IntOrPercent".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["integer", "string"], "minimum": 0, "maximum": i32::MAX, "pattern": Self::PATTERN})
    }
}

/// A limit on evictions: a number, or the word `Unlimited`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    Unlimited,
    AtMost(u32),
}

impl Serialize for Limit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unlimited => serializer.serialize_str("Unlimited"),
            Self::AtMost(value) => serializer.serialize_u32(*value),
        }
    }
}

impl<'de> Deserialize<'de> for Limit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor {
            expecting: "a number or `Unlimited`",
            word: |text| (text == "Unlimited").then_some(Self::Unlimited),
            number: |value| u32::try_from(value).ok().map(Self::AtMost),
        })
    }
}

#[cfg(test)]
impl JsonSchema for Limit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Limit".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["integer", "string"], "minimum": 0, "maximum": u32::MAX, "pattern": "^Unlimited$"})
    }
}

/// Seconds, or `None` to leave the value unset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrNone {
    None,
    Seconds(i32),
}

impl OrNone {
    pub fn seconds(self) -> Option<i32> {
        match self {
            Self::None => None,
            Self::Seconds(seconds) => Some(seconds),
        }
    }
}

impl Serialize for OrNone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_str("None"),
            Self::Seconds(value) => serializer.serialize_i32(*value),
        }
    }
}

impl<'de> Deserialize<'de> for OrNone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor {
            expecting: "a number of seconds or `None`",
            word: |text| (text == "None").then_some(Self::None),
            number: |value| i32::try_from(value).ok().map(Self::Seconds),
        })
    }
}

#[cfg(test)]
impl JsonSchema for OrNone {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SecondsOrNone".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": ["integer", "string"], "minimum": 0, "maximum": i32::MAX, "pattern": "^None$"})
    }
}

/// Reads a whole number from 0 or one of a few words.
struct WordVisitor<T> {
    expecting: &'static str,
    word: fn(&str) -> Option<T>,
    number: fn(u64) -> Option<T>,
}

impl<T> Visitor<'_> for WordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expecting)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        (self.number)(value).ok_or_else(|| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        match u64::try_from(value) {
            Ok(value) => self.visit_u64(value),
            Err(_) => Err(E::invalid_value(Unexpected::Signed(value), &self)),
        }
    }

    /// JSON schema counts `3.0` as an integer.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "checked to be whole, small and not negative"
    )]
    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        if value.fract() == 0.0 && (0.0..1e15).contains(&value) {
            self.visit_u64(value as u64)
        } else {
            Err(E::invalid_value(Unexpected::Float(value), &self))
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.word)(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
