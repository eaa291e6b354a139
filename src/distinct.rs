//! Whether very many keys differ.

use std::hash::{BuildHasher as _, Hash};

use foldhash::fast::FixedState;
use foldhash::{HashSet, HashSetExt as _};

/// Whether no two keys are equal. It takes much less memory than a map of the keys: only their hashes are kept. Of keys
/// that differ and have the same hash, it says that they do not differ.
pub(crate) fn are_distinct<K: Hash>(mut keys: impl Iterator<Item = K>) -> bool {
    let state = FixedState::default();
    let (_, most) = keys.size_hint();
    let mut hashes = HashSet::with_capacity(most.unwrap_or_default());
    keys.all(|key| hashes.insert(state.hash_one(key)))
}

#[cfg(test)]
mod tests {
    use super::are_distinct;

    #[test]
    fn keys_are_distinct_unless_one_is_there_twice() {
        assert!(are_distinct([("a", "b"), ("a", "c"), ("ab", "")].iter()));
        assert!(!are_distinct([("a", "b"), ("a", "c"), ("a", "b")].iter()));
    }
}
