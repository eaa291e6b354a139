//! "Did you mean …?"

/// The known word that is most similar to `written`, if any is similar enough.
pub(crate) fn similar<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = written.to_lowercase();
    known
        .into_iter()
        .map(|word| {
            (
                strsim::damerau_levenshtein(&lower, &word.to_lowercase()),
                word,
            )
        })
        .filter(|(distance, word)| *distance <= (word.len().max(written.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn the_nearest_known_word_is_suggested() {
        let known = ["replicas", "requests", "selector"];
        assert_eq!(similar("replica", known), Some("replicas"));
        assert_eq!(similar("Selector", known), Some("selector"));
        assert_eq!(similar("zones", known), None);
        assert_eq!(similar("spto", ["Spot", "OnDemand"]), Some("Spot"));
    }
}
