//! The path of a key as people write it.

/// The keys of a path. Dots part them, or slashes where there is no dot; a key with dots of its own can stand in brackets,
/// and so can the number of an item: `spec.nodePools[0].labels["example.com/team"]`.
pub(super) fn keys(path: &str) -> Vec<&str> {
    let is_pointer = path.starts_with('/') || !path.contains('.');
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let end = rest.find(|letter| match letter {
            '[' | '.' => true,
            '/' => is_pointer,
            _ => false,
        });
        let (key, after) = rest.split_at(end.unwrap_or(rest.len()));
        keys.push(key);
        rest = match after.strip_prefix('[') {
            Some(bracketed) => {
                let (key, after) = bracketed.split_once(']').unwrap_or((bracketed, ""));
                keys.push(key.trim_matches(['"', '\'']));
                after
            }
            None => after.get(1..).unwrap_or_default(),
        };
    }
    keys.retain(|key| !key.is_empty());
    keys
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn a_path_has_keys() {
        for (path, expected) in [
            ("spec.nodePools", &["spec", "nodePools"][..]),
            ("/spec/nodePools/0", &["spec", "nodePools", "0"]),
            ("spec/nodePools", &["spec", "nodePools"]),
            ("nodePools[].nodes", &["nodePools", "nodes"]),
            ("nodePools[0].nodes", &["nodePools", "0", "nodes"]),
            ("labels['a.b/c'].d", &["labels", "a.b/c", "d"]),
            ("labels.a/c", &["labels", "a/c"]),
            ("a[b", &["a", "b"]),
            ("..", &[]),
        ] {
            assert_eq!(keys(path), expected, "{path}");
        }
    }
}
