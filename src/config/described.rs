//! Descriptions of keys.

/// A description, taken apart at the words by which it announces a default and an example.
pub(super) struct Described<'a> {
    pub(super) text: &'a str,
    pub(super) default: Option<&'a str>,
    pub(super) example: Option<&'a str>,
}

impl<'a> From<&'a str> for Described<'a> {
    fn from(description: &'a str) -> Self {
        let split = |text: &'a str, word: &str| match text.split_once(word) {
            Some((before, after)) => (before, Some(after)),
            None => (text, None),
        };
        let (before, example) = split(description, " Example: ");
        let (text, default) = split(before, " Default: ");
        Self {
            text,
            default,
            example,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Described;

    #[test]
    fn descriptions_are_taken_apart() {
        let described =
            Described::from("Name of it. Default: none. At least 1. Example: `{a: b}`.");
        assert_eq!(described.text, "Name of it.");
        assert_eq!(described.default, Some("none. At least 1."));
        assert_eq!(described.example, Some("`{a: b}`."));
    }
}
