//! Durations as Go's `time.ParseDuration` reads them, which is how `metav1.Duration` fields and
//! the flags of Kubernetes components take them: `30s`, `5m`, `1h30m`.
//!
//! Source: golang/go `src/time/format.go` (`ParseDuration`). Narrower here, so that a JSON schema
//! can say the same and no duration overflows: a unit is always required (Go lets a bare `0`
//! pass), there is no sign, at most eight parts, and at most 5 digits of hours, 7 of minutes, 9
//! of anything smaller and 18 after a point. Eight parts of 10^18 ns stay below Go's 2^63 - 1.

use std::fmt;

#[cfg(test)]
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::span::{every, span};

const EXAMPLES: &str = "`30s`, `5m` or `1h30m`";
const MAX_PARTS: usize = 8;
const MAX_FRACTION_DIGITS: usize = 18;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A duration: its text as written, and its length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duration {
    text: String,
    nanos: u64,
}

impl Duration {
    /// What the schema says.
    pub(crate) const PATTERN: &'static str = concat!(
        r"^((([0-9]{1,5}(\.[0-9]{0,18})?|\.[0-9]{1,18})h)",
        r"|(([0-9]{1,7}(\.[0-9]{0,18})?|\.[0-9]{1,18})m)",
        r"|(([0-9]{1,9}(\.[0-9]{0,18})?|\.[0-9]{1,18})(s|ms|us|µs|μs|ns))){1,8}$",
    );

    /// As people say it: `5 min` for `5m`. Parts of a second only where there is nothing else, as it was written.
    pub(crate) fn spoken(&self) -> String {
        match i64::try_from(self.seconds()) {
            Ok(0) | Err(_) => self.text.clone(),
            Ok(seconds) => span(seconds),
        }
    }

    /// How often something is that is so far apart: `every minute`, `every 5 min`.
    pub(crate) fn every(&self) -> String {
        match i64::try_from(self.seconds()) {
            Ok(0) | Err(_) => format!("every {}", self.text),
            Ok(seconds) => every(seconds),
        }
    }

    /// Reads a duration; the error says what is wrong and what is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err(format!(
                "the duration is empty: write a value such as {EXAMPLES}"
            ));
        }
        let mut rest = text;
        let mut nanos = 0;
        let mut parts = 0;
        while !rest.is_empty() {
            let (part, after) = Part::split_first(text, rest)?;
            nanos += part.nanos(text)?;
            rest = after;
            parts += 1;
            if parts > MAX_PARTS {
                return Err(format!(
                    "`{text}` has more than {MAX_PARTS} parts: write a value such as {EXAMPLES}"
                ));
            }
        }
        Ok(Self {
            text: text.to_owned(),
            nanos,
        })
    }

    /// The duration as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whole seconds, rounded up.
    pub fn seconds(&self) -> u64 {
        self.nanos.div_ceil(NANOS_PER_SECOND)
    }

    /// How often it fits into so many seconds.
    pub(crate) fn fits_into(&self, seconds: u64) -> u64 {
        seconds
            .saturating_mul(NANOS_PER_SECOND)
            .checked_div(self.nanos)
            .unwrap_or(u64::MAX)
    }

    /// So many of it one after the other, in whole seconds, rounded up.
    pub(crate) fn times(&self, count: u64) -> u64 {
        self.nanos.saturating_mul(count).div_ceil(NANOS_PER_SECOND)
    }

    pub(crate) fn nanos(&self) -> u64 {
        self.nanos
    }

    pub fn is_zero(&self) -> bool {
        self.nanos == 0
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(DurationVisitor)
    }
}

#[cfg(test)]
impl JsonSchema for Duration {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Duration".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": Self::PATTERN})
    }
}

struct DurationVisitor;

impl Visitor<'_> for DurationVisitor {
    type Value = Duration;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "a duration with its unit, such as {EXAMPLES}")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Duration, E> {
        Duration::parse(text).map_err(E::custom)
    }
}

struct Unit {
    nanos: u64,
    max_digits: usize,
}

impl Unit {
    fn parse(name: &str) -> Option<Self> {
        let (nanos, max_digits) = match name {
            "ns" => (1, 9),
            // Go accepts both the micro sign and the Greek letter.
            "us" | "\u{b5}s" | "\u{3bc}s" => (1_000, 9),
            "ms" => (1_000_000, 9),
            "s" => (NANOS_PER_SECOND, 9),
            "m" => (60 * NANOS_PER_SECOND, 7),
            "h" => (3600 * NANOS_PER_SECOND, 5),
            _ => return None,
        };
        Some(Self { nanos, max_digits })
    }
}

/// One number and its unit: the `1.5h` of `1.5h30m`.
struct Part<'a> {
    whole: &'a str,
    fraction: &'a str,
    unit: Unit,
}

impl<'a> Part<'a> {
    fn split_first(text: &str, rest: &'a str) -> Result<(Self, &'a str), String> {
        let (whole, rest) = split_digits(rest);
        let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), split_digits);
        if whole.is_empty() && fraction.is_empty() {
            return Err(no_number(text));
        }
        let (unit, rest) = split_unit(rest);
        Ok((
            Self {
                whole,
                fraction,
                unit: Unit::parse(unit).ok_or_else(|| unknown_unit(text, unit))?,
            },
            rest,
        ))
    }

    fn nanos(&self, text: &str) -> Result<u64, String> {
        if self.whole.len() > self.unit.max_digits || self.fraction.len() > MAX_FRACTION_DIGITS {
            return Err(format!(
                "`{text}` has a number with too many digits for its unit: write a value such as {EXAMPLES}"
            ));
        }
        let whole = read_digits(self.whole) * self.unit.nanos;
        Ok(whole + fraction_nanos(self.fraction, self.unit.nanos))
    }
}

fn split_digits(text: &str) -> (&str, &str) {
    let length = text
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(length)
}

fn split_unit(text: &str) -> (&str, &str) {
    let length = text
        .find(|character: char| character.is_ascii_digit() || character == '.')
        .unwrap_or(text.len());
    text.split_at(length)
}

/// At most 18 digits, which fit.
fn read_digits(digits: &str) -> u64 {
    digits
        .bytes()
        .fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

/// Less than one unit, rounded down as Go does.
fn fraction_nanos(fraction: &str, unit: u64) -> u64 {
    let scale = fraction.bytes().fold(1_u128, |scale, _| scale * 10);
    let nanos = u128::from(read_digits(fraction)) * u128::from(unit) / scale;
    u64::try_from(nanos).unwrap_or(unit)
}

fn no_number(text: &str) -> String {
    if text.starts_with(['-', '+']) {
        return format!("`{text}` has a sign: write the duration without it, such as {EXAMPLES}");
    }
    format!("`{text}` is not a duration: write a value such as {EXAMPLES}")
}

fn unknown_unit(text: &str, unit: &str) -> String {
    match unit {
        "" => format!("`{text}` has a number without a unit: write a value such as {EXAMPLES}"),
        "d" => format!("`{text}` is in days, which Go does not support: write `24h` for a day"),
        _ => format!(
            "`{text}` is not a duration: `{unit}` is not a unit (h, m, s, ms, us, ns); write a value \
             such as {EXAMPLES}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const DURATIONS: [(&str, u64); 27] = [
        ("0s", 0),
        ("0h", 0),
        ("0.0s", 0),
        ("5m", 300_000_000_000),
        ("30s", 30_000_000_000),
        ("1h30m", 5_400_000_000_000),
        ("1.5h", 5_400_000_000_000),
        (".5h", 1_800_000_000_000),
        ("1.h", 3_600_000_000_000),
        ("300ms", 300_000_000),
        ("1us", 1_000),
        ("1\u{b5}s", 1_000),
        ("1\u{3bc}s", 1_000),
        ("1ns", 1),
        ("0.9ns", 0),
        ("1h15m30.918s", 4_530_918_000_000),
        ("1m1h", 3_660_000_000_000),
        ("1h1h", 7_200_000_000_000),
        ("3600s", 3_600_000_000_000),
        ("86400s", 86_400_000_000_000),
        ("604800s", 604_800_000_000_000),
        ("00005m", 300_000_000_000),
        ("99999h", 359_996_400_000_000_000),
        ("9999999m", 599_999_940_000_000_000),
        ("999999999s", 999_999_999_000_000_000),
        ("0.123456789123456789s", 123_456_789),
        ("1s1s1s1s1s1s1s1s", 8_000_000_000),
    ];

    const NOT_DURATIONS: [&str; 29] = [
        "",
        " ",
        "0",
        "5",
        "1.5",
        ".",
        ".s",
        "s",
        "m",
        "h",
        "-5m",
        "+5m",
        "-0s",
        "5 m",
        " 5m",
        "5m ",
        "5m\n",
        "1d",
        "1w",
        "5min",
        "5M",
        "1h30",
        "1..5h",
        "1.5.5h",
        "100000h",
        "10000000m",
        "1000000000ns",
        "0.1234567891234567891s",
        "1s1s1s1s1s1s1s1s1s",
    ];

    #[test]
    fn reads_what_go_reads() {
        for (text, nanos) in DURATIONS {
            let duration = Duration::parse(text).unwrap_or_else(|reason| panic!("{reason}"));
            assert_eq!(duration.nanos, nanos, "{text}");
            assert_eq!(duration.as_str(), text);
            assert_eq!(duration.is_zero(), nanos == 0, "{text}");
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in NOT_DURATIONS {
            assert!(Duration::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn the_longest_duration_fits_in_go() {
        let longest =
            Duration::parse(&"999999999.999999999s".repeat(MAX_PARTS)).expect("as long as allowed");
        assert!(i64::try_from(longest.nanos).is_ok());
    }

    #[test]
    fn rounds_seconds_up() {
        for (text, seconds) in [("0s", 0), ("1ns", 1), ("1s", 1), ("1.1s", 2), ("5m", 300)] {
            let duration = Duration::parse(text).expect("a duration");
            assert_eq!(duration.seconds(), seconds, "{text}");
        }
    }

    #[test]
    fn says_what_is_allowed() {
        let cases = [
            ("30", "without a unit"),
            ("2d", "`24h` for a day"),
            ("5min", "`min` is not a unit"),
            ("-5m", "has a sign"),
            ("soon", "`30s`, `5m` or `1h30m`"),
            ("", "empty"),
        ];
        for (text, expected) in cases {
            let reason = Duration::parse(text).expect_err("not a duration");
            assert!(reason.contains(expected), "{reason}");
        }
    }

    #[test]
    fn schema_and_serde_agree() {
        let pattern = regex::Regex::new(Duration::PATTERN).expect("a valid pattern");
        for (text, _) in DURATIONS {
            assert!(
                serde_json::from_value::<Duration>(json!(text)).is_ok(),
                "{text:?}"
            );
            assert!(pattern.is_match(text), "{text:?}");
        }
        for text in NOT_DURATIONS {
            assert!(
                serde_json::from_value::<Duration>(json!(text)).is_err(),
                "{text:?}"
            );
            assert!(!pattern.is_match(text), "{text:?}");
        }
        for other in [json!(0), json!(5), json!(1.5), json!(null), json!(["5m"])] {
            assert!(serde_json::from_value::<Duration>(other).is_err());
        }
    }

    #[test]
    fn schema_and_serde_agree_on_short_texts_of_every_shape() {
        let pattern = regex::Regex::new(Duration::PATTERN).expect("a valid pattern");
        let alphabet = ["", "1", ".", "h", "m", "s", "n", "-", " "];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            texts = texts
                .iter()
                .flat_map(|start| alphabet.iter().map(move |end| format!("{start}{end}")))
                .collect();
            texts.sort();
            texts.dedup();
        }
        for text in texts {
            let accepted = Duration::parse(&text).is_ok();
            assert_eq!(accepted, pattern.is_match(&text), "{text:?}");
        }
    }

    #[test]
    fn schema_is_inline_and_text_is_kept() {
        assert!(Duration::inline_schema());
        let schema = Duration::json_schema(&mut SchemaGenerator::default());
        assert_eq!(
            schema.to_value(),
            json!({"type": "string", "pattern": Duration::PATTERN})
        );
        let duration = Duration::parse("1.50h").expect("a duration");
        assert_eq!(json!(duration), json!("1.50h"));
        assert_eq!(duration.to_string(), "1.50h");
    }
}
