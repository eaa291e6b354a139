//! A small map: labels and the like.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A map in the order of its keys that uses no more memory than its entries: a system may have ten thousand selectors
/// of one label, and a node of a [`BTreeMap`] allocates space for eleven.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedMap<K, V>(Vec<(K, V)>);

impl<K, V> SortedMap<K, V> {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entries, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let at = self.find(key).ok()?;
        Some(&self.0[at].1)
    }

    /// Sets the value of a key, and replaces an existing one.
    pub fn insert(&mut self, key: impl Into<K>, value: impl Into<V>) {
        let (key, value) = (key.into(), value.into());
        match self.find(&key) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (key, value)),
        }
    }

    fn sorted(mut entries: Vec<(K, V)>) -> Self {
        entries.sort_by(|(a, _), (b, _)| a.cmp(b));
        entries.dedup_by(|later, kept| {
            let is_again = later.0 == kept.0;
            if is_again {
                std::mem::swap(later, kept);
            }
            is_again
        });
        Self(entries)
    }

    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0
            .binary_search_by(|(known, _)| known.borrow().cmp(key))
    }
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<A: Into<K>, B: Into<V>, K: Ord, V> FromIterator<(A, B)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (A, B)>>(entries: I) -> Self {
        Self::sorted(entries.into_iter().map(converted).collect())
    }
}

impl<A: Into<K>, B: Into<V>, K: Ord, V> Extend<(A, B)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (A, B)>>(&mut self, entries: I) {
        let mut all = std::mem::take(&mut self.0);
        all.extend(entries.into_iter().map(converted));
        *self = Self::sorted(all);
    }
}

impl<A: Into<K>, B: Into<V>, K: Ord, V, const N: usize> From<[(A, B); N]> for SortedMap<K, V> {
    fn from(entries: [(A, B); N]) -> Self {
        entries.into_iter().collect()
    }
}

/// As the types of the Kubernetes API want it.
impl<K: Into<String>, V: Into<String>> From<SortedMap<K, V>> for BTreeMap<String, String> {
    fn from(map: SortedMap<K, V>) -> Self {
        map.into_iter().map(converted).collect()
    }
}

fn converted<A: Into<K>, B: Into<V>, K, V>((key, value): (A, B)) -> (K, V) {
    (key.into(), value.into())
}

impl<K, V> IntoIterator for SortedMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Serialize, V: Serialize> Serialize for SortedMap<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de, K, V> Deserialize<'de> for SortedMap<K, V>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MapVisitor(PhantomData))
    }
}

struct MapVisitor<K, V>(PhantomData<(K, V)>);

impl<'de, K, V> Visitor<'de> for MapVisitor<K, V>
where
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    type Value = SortedMap<K, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        // Most have one entry. The declared length may be wrong: do not allocate more than an ordinary map needs.
        let room = entries.size_hint().unwrap_or(1).min(64);
        let mut all = Vec::with_capacity(room);
        while let Some(entry) = entries.next_entry()? {
            all.push(entry);
        }
        Ok(SortedMap::sorted(all))
    }
}

#[cfg(test)]
impl<K: JsonSchema, V: JsonSchema> JsonSchema for SortedMap<K, V> {
    fn inline_schema() -> bool {
        <BTreeMap<K, V> as JsonSchema>::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        <BTreeMap<K, V> as JsonSchema>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <BTreeMap<K, V> as JsonSchema>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_sorted_and_the_last_of_a_key_counts() {
        let map: SortedMap<&str, &str> = [("b", "1"), ("a", "2"), ("b", "3")].into();
        let entries: Vec<_> = map.iter().map(|(key, value)| (*key, *value)).collect();
        assert_eq!(entries, [("a", "2"), ("b", "3")]);
        assert_eq!(map.get("b"), Some(&"3"));
        assert_eq!(map.get("c"), None);
        assert_eq!(
            BTreeMap::from(map),
            BTreeMap::from(
                [("a", "2"), ("b", "3")].map(|(key, value)| (key.to_owned(), value.to_owned()))
            )
        );
    }

    #[test]
    fn it_reads_and_writes_as_a_map() {
        let map: SortedMap<String, i32> =
            serde_json::from_str(r#"{"b": 1, "a": 2}"#).expect("a map");
        assert_eq!(
            serde_json::to_string(&map).expect("plain data"),
            r#"{"a":2,"b":1}"#
        );
        assert!(serde_json::from_str::<SortedMap<String, i32>>("[]").is_err());
    }
}
