//! Duplicate keys.

use std::collections::HashSet;

use super::node::Entry;

/// From this many keys on, duplicates are found with a set instead of a linear search.
const MANY_KEYS: usize = 16;

/// Whether a key occurs twice.
pub(super) fn is_any_repeated(entries: &[Entry<'_>]) -> bool {
    if entries.len() >= MANY_KEYS {
        return !repeated(entries).is_empty();
    }
    let stood_before = |at: usize| {
        let key = &entries[at].key;
        entries[..at].iter().any(|entry| entry.key == *key)
    };
    (1..entries.len()).any(stood_before)
}

/// The indexes of entries whose key occurred before.
pub(super) fn repeated(entries: &[Entry<'_>]) -> Vec<usize> {
    if entries.len() < MANY_KEYS {
        let stood_before = |&at: &usize| {
            entries[..at]
                .iter()
                .any(|entry| entry.key == entries[at].key)
        };
        return (1..entries.len()).filter(stood_before).collect();
    }
    let mut seen = HashSet::with_capacity(entries.len());
    (0..entries.len())
        .filter(|&at| !seen.insert(&entries[at].key))
        .collect()
}
