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

/// The known name of a product that `written` must be a misspelling of. It is more careful than [`similar`], for similar
/// names are most often other products: the letters before the first digit name the family and must be the same, no digit
/// may stand for another, and nothing is said where two names are as near.
pub(crate) fn only_near<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let lower = written.to_lowercase();
    let mut nearest: Option<(usize, &str)> = None;
    let mut is_tied = false;
    for name in known {
        let Some(distance) = misspelling(&lower, &name.to_lowercase()) else {
            continue;
        };
        let best = nearest.map_or(usize::MAX, |(distance, _)| distance);
        if distance <= best {
            is_tied = distance == best;
            nearest = Some((distance, name));
        }
    }
    nearest.filter(|_| !is_tied).map(|(_, name)| name)
}

/// How far a name is from the known one, where it can be a misspelling of that.
fn misspelling(written: &str, known: &str) -> Option<usize> {
    if written.is_empty() || family(written) != family(known) {
        return None;
    }
    if known.ends_with(&format!("_{written}")) {
        return Some(0);
    }
    let most = if digits(written).eq(digits(known)) {
        2
    } else if written.len() == known.len() {
        return None;
    } else {
        1
    };
    let distance = strsim::damerau_levenshtein(written, known);
    (distance <= most).then_some(distance)
}

/// The letters that stand right before the first digit.
fn family(name: &str) -> &str {
    let mut parts = name.split(|character: char| character.is_ascii_digit());
    let before = parts.next().unwrap_or_default();
    let mut words = before.rsplit(|character: char| !character.is_ascii_alphabetic());
    words.next().unwrap_or_default()
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{only_near, similar};

    #[test]
    fn the_nearest_known_word_is_suggested() {
        let known = ["replicas", "requests", "selector"];
        assert_eq!(similar("replica", known), Some("replicas"));
        assert_eq!(similar("Selector", known), Some("selector"));
        assert_eq!(similar("zones", known), None);
        assert_eq!(similar("spto", ["Spot", "OnDemand"]), Some("Spot"));
    }

    #[test]
    fn only_a_name_that_must_be_meant_is_taken_for_a_misspelling() {
        let known = [
            "Standard_D4s_v5",
            "Standard_D8s_v5",
            "Standard_E4s_v5",
            "n2-standard-4",
            "n2-standard-8",
            "m5.large",
            "m6i.large",
        ];
        let cases = [
            ("Standard_D4s_v55", Some("Standard_D4s_v5")),
            ("D4s_v5", Some("Standard_D4s_v5")),
            ("Standrad_D4s_v5", Some("Standard_D4s_v5")),
            ("Standard_D4sv5", Some("Standard_D4s_v5")),
            ("n2-stanadrd-4", Some("n2-standard-4")),
            ("n2standard4", Some("n2-standard-4")),
            ("M5.Large", Some("m5.large")),
            // As near to two, another family, another generation.
            ("n2-standard-6", None),
            ("Standard_F4s_v5", None),
            ("Standard_D4-2s_v5", None),
            ("Standard_D4s_v6", None),
            ("Standard_M4s_v5", None),
            ("n4-standard-4", None),
            ("x5.large", None),
            ("m55i.large", None),
            ("größe", None),
            ("", None),
        ];
        for (written, meant) in cases {
            assert_eq!(only_near(written, known), meant, "{written}");
        }
    }
}
