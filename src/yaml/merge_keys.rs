//! Merge keys, by which a map inherits the entries of other maps (<https://yaml.org/type/merge.html>).

use super::node::{Entry, Node, Value};

/// The key.
pub(super) const MERGE: &str = "<<";

/// Whether the value of a merge key is a map or a list of maps. An alias that could not be copied is `null`, and reported.
pub(super) fn is_mergeable(value: &Node<'_>) -> bool {
    let is_map = |node: &Node<'_>| matches!(node.value, Value::Mapping(_) | Value::Null);
    match &value.value {
        Value::Sequence(items) => items.iter().all(is_map),
        _ => is_map(value),
    }
}

/// The entries of a map, and those that it inherits by its merge key. The map's own keys win.
pub(super) fn merged(entries: Vec<Entry<'_>>) -> (Vec<Entry<'_>>, Vec<Entry<'_>>) {
    let (merges, own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.key == MERGE);
    let named = merges
        .into_iter()
        .flat_map(|merge| match merge.value.value {
            Value::Mapping(entries) => entries,
            Value::Sequence(items) => items
                .into_iter()
                .flat_map(|item| match item.value {
                    Value::Mapping(entries) => entries,
                    _ => Vec::new(),
                })
                .collect(),
            _ => Vec::new(),
        });
    let mut inherited: Vec<Entry<'_>> = Vec::new();
    for entry in named {
        let mut known = own.iter().chain(&inherited);
        if !known.any(|known| known.key == entry.key) {
            inherited.push(entry);
        }
    }
    (own, inherited)
}
