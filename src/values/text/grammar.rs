//! Text that is checked by a grammar.

use std::fmt;
use std::marker::PhantomData;

#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// The grammar of a [`Text`], in three forms: for the schema, for the reader, and for the machine.
/// A test keeps `PATTERN` and `allows` together.
pub trait Grammar {
    /// A regular expression of JSON schema.
    const PATTERN: &'static str;
    const MAX_LENGTH: usize;
    /// "… is not WHAT".
    const WHAT: &'static str;
    /// How to write it.
    const HELP: &'static str;

    /// Whether the pattern matches; the length is checked elsewhere.
    fn allows(text: &str) -> bool;
}

/// Text that follows `G`.
pub struct Text<G> {
    text: SmolStr,
    grammar: PhantomData<G>,
}

impl<G: Grammar> Text<G> {
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// `None` when the text does not follow the grammar.
    pub fn parse(text: impl AsRef<str> + Into<SmolStr>) -> Option<Self> {
        let written = text.as_ref();
        // Bytes are quickly counted, and never fewer than characters.
        let is_short = written.len() <= G::MAX_LENGTH || written.chars().count() <= G::MAX_LENGTH;
        (is_short && G::allows(written)).then(|| Self {
            text: text.into(),
            grammar: PhantomData,
        })
    }
}

impl<G> Clone for Text<G> {
    fn clone(&self) -> Self {
        Self {
            text: self.text.clone(),
            grammar: PhantomData,
        }
    }
}

impl<G> fmt::Debug for Text<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl<G> fmt::Display for Text<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<G> PartialEq for Text<G> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<G> Eq for Text<G> {}

impl<G> PartialOrd for Text<G> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<G> Ord for Text<G> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl<G> std::hash::Hash for Text<G> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<G> From<Text<G>> for SmolStr {
    fn from(text: Text<G>) -> Self {
        text.text
    }
}

impl<G> From<Text<G>> for String {
    fn from(text: Text<G>) -> Self {
        text.text.into()
    }
}

impl<G> Serialize for Text<G> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de, G: Grammar> Deserialize<'de> for Text<G> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

struct TextVisitor<G>(PhantomData<G>);

impl<G: Grammar> Visitor<'_> for TextVisitor<G> {
    type Value = Text<G>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(G::WHAT)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text<G>, E> {
        Text::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
impl<G: Grammar> JsonSchema for Text<G> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        G::WHAT.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": G::PATTERN, "maxLength": G::MAX_LENGTH})
    }
}
