//! Lists in a sentence.

/// `` `a`, `b` and `c` ``.
pub(crate) fn quoted(names: &[impl AsRef<str>]) -> String {
    all_of(&in_code(names))
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn either(names: &[impl AsRef<str>]) -> String {
    joined(&in_code(names), "or")
}

/// `` `a`, `b` and 4 more ``: at most `most` names.
pub(crate) fn some_quoted(names: &[impl AsRef<str>], most: usize) -> String {
    some_of(&in_code(names), most)
}

/// `a, b and 4 more`: at most `most` of them.
pub(crate) fn some_of(parts: &[impl AsRef<str>], most: usize) -> String {
    match parts.get(..most) {
        Some(shown) if parts.len() > most => {
            let shown: Vec<&str> = shown.iter().map(AsRef::as_ref).collect();
            format!("{} and {} more", shown.join(", "), parts.len() - most)
        }
        _ => joined(parts, "and"),
    }
}

/// `a, b or c`.
pub(crate) fn one_of(parts: &[impl AsRef<str>]) -> String {
    joined(parts, "or")
}

/// `a, b and c`.
pub(crate) fn all_of(parts: &[impl AsRef<str>]) -> String {
    joined(parts, "and")
}

fn joined(parts: &[impl AsRef<str>], word: &str) -> String {
    let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
    match parts.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
        None => String::new(),
    }
}

fn in_code(names: &[impl AsRef<str>]) -> Vec<String> {
    let names = names.iter().map(AsRef::as_ref);
    names.map(|name| format!("`{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::{all_of, either, quoted, some_quoted};

    #[test]
    fn the_last_follows_a_word() {
        assert_eq!(quoted(&[] as &[&str]), "");
        assert_eq!(quoted(&["a"]), "`a`");
        assert_eq!(quoted(&["a", "b", "c"]), "`a`, `b` and `c`");
        assert_eq!(either(&["a", "b"]), "`a` or `b`");
        assert_eq!(all_of(&["a", "b"]), "a and b");
    }

    #[test]
    fn too_many_are_counted() {
        assert_eq!(some_quoted(&["a", "b", "c"], 3), "`a`, `b` and `c`");
        assert_eq!(
            some_quoted(&["a", "b", "c", "d", "e"], 3),
            "`a`, `b`, `c` and 2 more"
        );
    }
}
