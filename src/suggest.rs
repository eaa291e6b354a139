//! "Did you mean …?"

use std::cmp::Reverse;
use std::ops::Range;

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

/// The known name of a product in another size: all is the same but the number that says how large it is. The nearest
/// counts, and of two that are as near the larger one, which holds what the other does.
pub(crate) fn other_size<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = Sized::of(written)?;
    let sizes = known.into_iter().filter_map(|name| {
        let sized = Sized::of(name)?;
        let is_same = sized.around == wanted.around;
        is_same.then(|| (sized.size.abs_diff(wanted.size), Reverse(sized.size), name))
    });
    sizes.min().map(|(_, _, name)| name)
}

/// The known name of a product of another generation: all is the same but one number. The nearest counts, and of two that
/// are as near the larger one. It is no misspelling, only what is most like it.
pub(crate) fn other_generation<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = Numbered::of(written);
    let names = known.into_iter().filter_map(|name| {
        let numbered = Numbered::of(name);
        let is_same = numbered.around == wanted.around;
        let pairs = || numbered.numbers.iter().zip(&wanted.numbers);
        let mut differing = pairs().filter(|(own, other)| own != other);
        let (own, other) = differing.next().filter(|_| is_same)?;
        let is_one = differing.next().is_none();
        is_one.then(|| (own.abs_diff(*other), Reverse(*own), name))
    });
    names.min().map(|(_, _, name)| name)
}

/// A name taken apart at all of its numbers.
struct Numbered {
    around: Vec<String>,
    numbers: Vec<u32>,
}

impl Numbered {
    fn of(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let is_digit = |letter: char| letter.is_ascii_digit();
        let numbers = name.split(|letter| !is_digit(letter));
        let numbers = numbers.filter(|digits| !digits.is_empty());
        let around = name.split(is_digit).filter(|part| !part.is_empty());
        Self {
            numbers: numbers
                .map(|digits| digits.parse().unwrap_or(u32::MAX))
                .collect(),
            around: around.map(str::to_owned).collect(),
        }
    }
}

/// A name taken apart at the number of its size: `D`, 4, `s_v5`.
struct Sized {
    /// The letters and digits before and after the number.
    around: (String, String),
    size: u32,
}

impl Sized {
    /// The first number of a family of Azure is the size (`D4s_v5`), of the other clouds it is the generation (`m5`, `n2`).
    fn of(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let name = name.strip_prefix("standard").unwrap_or(&name);
        let mut numbers = Vec::new();
        let mut end = 0;
        while let Some(start) = name[end..].find(|letter: char| letter.is_ascii_digit()) {
            let start = end + start;
            let length = name[start..].find(|letter: char| !letter.is_ascii_digit());
            end = length.map_or(name.len(), |length| start + length);
            numbers.push(start..end);
        }
        let is_version = |at: &Range<usize>| name[..at.start].ends_with('v');
        let at = match numbers.as_slice() {
            [size, version] if is_version(version) && version.end == name.len() => size,
            [_generation, size, ..] => size,
            _ => return None,
        };
        Some(Self {
            around: (squeezed(&name[..at.start]), squeezed(&name[at.end..])),
            size: name[at.clone()].parse().ok()?,
        })
    }
}

/// The letters and digits of a name, in lower case.
fn squeezed(name: &str) -> String {
    let kept = name.chars().filter(char::is_ascii_alphanumeric);
    kept.map(|letter| letter.to_ascii_lowercase()).collect()
}

/// How far a name is from the known one, where it can be a misspelling of that.
fn misspelling(written: &str, known: &str) -> Option<usize> {
    let (letters, of_known) = (squeezed(written), squeezed(known));
    if !letters.is_empty() && of_known.strip_prefix("standard").unwrap_or(&of_known) == letters
        || of_known == letters
    {
        return Some(0);
    }
    if written.is_empty() || family(written) != family(known) {
        return None;
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
    use super::{only_near, other_generation, other_size, similar};

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

    #[test]
    fn a_generation_that_does_not_exist_is_near_to_one_that_does() {
        let known = [
            "Standard_D4as_v4",
            "Standard_D4as_v6",
            "Standard_D8as_v6",
            "m5.large",
            "m7i.large",
            "n2-standard-4",
        ];
        let cases = [
            ("Standard_D4as_v9", Some("Standard_D4as_v6")),
            ("standard_d4as_v5", Some("Standard_D4as_v6")),
            ("m9i.large", Some("m7i.large")),
            ("n9-standard-4", Some("n2-standard-4")),
            ("Standard_D16as_v9", None),
            ("Standard_E4as_v9", None),
            ("m5.large", None),
            ("", None),
        ];
        for (written, near) in cases {
            assert_eq!(other_generation(written, known), near, "{written}");
        }
    }

    #[test]
    fn a_size_that_does_not_exist_is_near_to_one_that_does() {
        let known = [
            "Standard_D2s_v5",
            "Standard_D4s_v5",
            "Standard_D8s_v5",
            "n2-standard-2",
            "n2-standard-4",
            "m5.2xlarge",
            "m5.4xlarge",
        ];
        let cases = [
            ("D5s_v5", Some("Standard_D4s_v5")),
            ("Standard_D7sv5", Some("Standard_D8s_v5")),
            ("n2-standard-3", Some("n2-standard-4")),
            ("N2-standard-100", Some("n2-standard-4")),
            ("m5.3xlarge", Some("m5.4xlarge")),
            ("m53xlarge", None),
            // Another generation, another family.
            ("Standard_D4s_v9", None),
            ("n9-standard-2", None),
            ("m9.2xlarge", None),
            ("Standard_E5s_v5", None),
            ("9999999999-9999999999", None),
            ("größe", None),
            ("", None),
        ];
        for (written, near) in cases {
            assert_eq!(other_size(written, known), near, "{written}");
        }
    }
}
