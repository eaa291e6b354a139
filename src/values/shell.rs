//! Quoting for POSIX shells.

/// The text as one word for a shell, quoted if necessary.
pub(crate) fn word(text: &str) -> String {
    let plain = !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./=,:".contains(&byte));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn words_are_quoted_when_they_have_to_be() {
        assert_eq!(word("my-rg_1"), "my-rg_1");
        assert_eq!(word("a b"), "'a b'");
        assert_eq!(word("$(rm)'x"), r"'$(rm)'\''x'");
        assert_eq!(word("~"), "'~'");
        assert_eq!(word(""), "''");
    }
}
