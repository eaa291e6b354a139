//! A word, or a map or a list instead of it.
//!
//! Not serde's `untagged`, which also reads `{None: {}}` as the word `None`, and a list of its values as a map.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, IntoDeserializer as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A word that is a `W`, or a map that is an `M`.
pub(super) fn word_or_map<'de, D, W, M, T>(
    deserializer: D,
    word: fn(W) -> T,
    map: fn(M) -> T,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    W: Deserialize<'de>,
    M: Deserialize<'de>,
{
    deserializer.deserialize_any(WordOrMap { word, map })
}

/// A word that is a `W`, or a list.
pub(super) fn word_or_list<'de, D, W, I, T>(
    deserializer: D,
    word: fn(W) -> T,
    list: fn(Vec<I>) -> T,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    W: Deserialize<'de>,
    I: Deserialize<'de>,
{
    deserializer.deserialize_any(WordOrList { word, list })
}

struct WordOrMap<W, M, T> {
    word: fn(W) -> T,
    map: fn(M) -> T,
}

impl<'de, W: Deserialize<'de>, M: Deserialize<'de>, T> Visitor<'de> for WordOrMap<W, M, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or a map")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        W::deserialize(text.into_deserializer()).map(self.word)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        M::deserialize(MapAccessDeserializer::new(map)).map(self.map)
    }
}

struct WordOrList<W, I, T> {
    word: fn(W) -> T,
    list: fn(Vec<I>) -> T,
}

impl<'de, W: Deserialize<'de>, I: Deserialize<'de>, T> Visitor<'de> for WordOrList<W, I, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word or a list")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        W::deserialize(text.into_deserializer()).map(self.word)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(items)).map(self.list)
    }
}
