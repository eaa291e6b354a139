//! Kubernetes resource quantities: `500m`, `2`, `512Mi`, `4Gi`.
//!
//! Source: the grammar in the doc comment of `Quantity` in kubernetes/apimachinery
//! `pkg/api/resource/quantity.go`, and the suffixes in `pkg/api/resource/suffix.go` there.
//! Two readings of that source are deliberately narrower than its Go code: a number needs at
//! least one digit (Go reads `.` and `Mi` as zero, the documented grammar does not), and a
//! decimal exponent has at most three digits (Go wraps longer ones around).

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NANOS_PER_UNIT: i64 = 1_000_000_000;
const NANOS_PER_MILLI: i64 = 1_000_000;
const NANO_EXPONENT: i32 = 9;
/// As many digits as can be multiplied by a scale without leaving 128 bits begin at these; those after them are far below
/// the precision of any amount an `i64` can hold.
const FULL_DECIMAL: i128 = 10_i128.pow(27);
const FULL_BINARY: i128 = 10_i128.pow(18);
const MAX_EXPONENT_DIGITS: usize = 3;

/// A quantity: the text as written, and its value. Two are equal when their values are.
#[derive(Clone, Debug)]
pub struct Quantity {
    text: String,
    /// Saturates far above every quantity Kubernetes can hold; finer than nano rounds away
    /// from zero, as Kubernetes does.
    nanos: i128,
    /// Both ways of counting it, which every workload is asked for many times.
    millis: i64,
    bytes: i64,
}

impl Quantity {
    fn new(text: String, nanos: i128) -> Self {
        Self {
            text,
            nanos,
            millis: saturate(divide_away_from_zero(nanos, NANOS_PER_MILLI)),
            bytes: saturate(divide_away_from_zero(nanos, NANOS_PER_UNIT)),
        }
    }

    /// An amount of CPU in a configuration: without a sign, since no request is negative, and with the suffixes of parts
    /// only, since no node has thousands of cores and `2Gi` was meant for memory.
    pub(crate) const CPU_PATTERN: &'static str =
        r"^([0-9]+\.?[0-9]*|\.[0-9]+)([num]|[eE][+-]?[0-9]{1,3})?$";

    /// An amount of memory in a configuration: without a sign, and with no suffix of a part, since there is no part of a
    /// byte and `512m` was meant to be `512Mi`.
    pub(crate) const MEMORY_PATTERN: &'static str =
        r"^([0-9]+\.?[0-9]*|\.[0-9]+)([kMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3})?$";

    /// Reads a quantity; the error says what is wrong and what is allowed.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some((number, suffix)) = few_digits(text)
            && let Some(scale) = Scale::parse(suffix)
        {
            return Ok(Self::new(text.to_owned(), scale.nanos(&number)));
        }
        let (negative, unsigned) = split_sign(text);
        let number_length = unsigned
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(number_length);
        if !is_number(number) {
            return Err(not_a_quantity(text));
        }
        let scale = Scale::parse(suffix).ok_or_else(|| unknown_suffix(text, suffix))?;
        let magnitude = scale.nanos(&Digits::read(number, scale.full()));
        let nanos = if negative { -magnitude } else { magnitude };
        Ok(Self::new(text.to_owned(), nanos))
    }

    /// The quantity as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Thousandths, rounded away from zero and saturating: how CPU is counted.
    pub fn millis(&self) -> i64 {
        self.millis
    }

    /// Whole units, rounded away from zero and saturating: how memory is counted.
    pub fn bytes(&self) -> i64 {
        self.bytes
    }

    /// An amount of CPU: `500m`, `2`, `1500m`.
    pub fn from_millis(millis: i64) -> Self {
        let text = if millis % 1000 == 0 {
            (millis / 1000).to_string()
        } else {
            format!("{millis}m")
        };
        Self::new(text, i128::from(millis) * i128::from(NANOS_PER_MILLI))
    }

    /// An amount of memory in the largest binary unit that keeps it whole: `512Mi`, `14Gi`.
    pub fn from_bytes(bytes: i64) -> Self {
        let mut count = bytes;
        let mut suffix = "";
        for larger in ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] {
            if count == 0 || count % 1024 != 0 {
                break;
            }
            count /= 1024;
            suffix = larger;
        }
        Self::new(
            format!("{count}{suffix}"),
            i128::from(bytes) * i128::from(NANOS_PER_UNIT),
        )
    }

    /// Whether it is written as an amount of CPU.
    pub(crate) fn is_cpu(&self) -> bool {
        let suffix = self.suffix();
        matches!(suffix, "" | "n" | "u" | "m") || is_exponent(suffix)
    }

    /// Whether it is written as an amount of memory.
    pub(crate) fn is_memory(&self) -> bool {
        !matches!(self.suffix(), "n" | "u" | "m")
    }

    fn suffix(&self) -> &str {
        let is_of_number = |letter: char| letter.is_ascii_digit() || letter == '.';
        self.text.trim_start_matches(is_of_number)
    }

    fn parse_unsigned(text: &str) -> Result<Self, String> {
        if text.starts_with(['+', '-']) {
            return Err(format!(
                "`{text}` has a sign: write the quantity without it, such as `500m` or `4Gi`"
            ));
        }
        Self::parse(text)
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nanos == other.nanos
    }
}

impl Eq for Quantity {}

impl fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.text)
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(QuantityVisitor)
    }
}

/// `e3`, in which `E` alone would be a suffix.
fn is_exponent(suffix: &str) -> bool {
    let power = suffix.strip_prefix(['e', 'E']);
    power.is_some_and(|power| power.ends_with(|last: char| last.is_ascii_digit()))
}

struct QuantityVisitor;

impl Visitor<'_> for QuantityVisitor {
    type Value = Quantity;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a quantity such as `500m`, `2`, `512Mi` or `4Gi`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Quantity, E> {
        Quantity::parse_unsigned(text).map_err(E::custom)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Quantity, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Quantity, E> {
        if !number.is_finite() {
            return Err(E::custom(not_a_quantity(&number.to_string())));
        }
        // A JSON schema's `minimum: 0` admits negative zero; adding zero drops its sign.
        self.visit_str(&(number + 0.0).to_string())
    }
}

/// The factor of a suffix.
#[derive(Clone, Copy)]
enum Scale {
    Decimal(i32),
    Binary(u32),
}

impl Scale {
    fn parse(suffix: &str) -> Option<Self> {
        let scale = match suffix {
            "n" => Self::Decimal(-9),
            "u" => Self::Decimal(-6),
            "m" => Self::Decimal(-3),
            "" => Self::Decimal(0),
            "k" => Self::Decimal(3),
            "M" => Self::Decimal(6),
            "G" => Self::Decimal(9),
            "T" => Self::Decimal(12),
            "P" => Self::Decimal(15),
            "E" => Self::Decimal(18),
            "Ki" => Self::Binary(10),
            "Mi" => Self::Binary(20),
            "Gi" => Self::Binary(30),
            "Ti" => Self::Binary(40),
            "Pi" => Self::Binary(50),
            "Ei" => Self::Binary(60),
            _ => Self::Decimal(parse_exponent(suffix)?),
        };
        Some(scale)
    }

    /// No more digits are read of a number that is no less than this.
    fn full(self) -> i128 {
        match self {
            Self::Decimal(_) => FULL_DECIMAL,
            Self::Binary(_) => FULL_BINARY,
        }
    }

    fn nanos(self, digits: &Digits) -> i128 {
        let (factor, exponent) = match self {
            Self::Decimal(exponent) => (1, exponent),
            Self::Binary(power) => (1_i128 << power, 0),
        };
        let scaled = digits.significant.saturating_mul(factor);
        let shift = digits
            .exponent
            .saturating_add(exponent)
            .saturating_add(NANO_EXPONENT);
        let power = power_of_ten(shift.unsigned_abs());
        if shift >= 0 {
            let whole = power.map_or_else(
                || scaled.saturating_mul(i128::MAX),
                |power| scaled.saturating_mul(power),
            );
            return whole.saturating_add(i128::from(digits.truncated));
        }
        let (quotient, rest) = power.map_or((0, scaled), |power| (scaled / power, scaled % power));
        quotient.saturating_add(i128::from(rest != 0 || digits.truncated))
    }
}

/// A decimal number: `significant × 10^exponent`, and a little more when `truncated`.
struct Digits {
    significant: i128,
    exponent: i32,
    truncated: bool,
}

impl Digits {
    fn read(number: &str, full: i128) -> Self {
        let mut digits = Self {
            significant: 0,
            exponent: 0,
            truncated: false,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        for digit in whole.bytes() {
            if !digits.push(digit, full) {
                digits.exponent = digits.exponent.saturating_add(1);
            }
        }
        for digit in fraction.bytes() {
            if digits.push(digit, full) {
                digits.exponent = digits.exponent.saturating_sub(1);
            }
        }
        digits
    }

    /// Whether there was room for the digit.
    fn push(&mut self, digit: u8, full: i128) -> bool {
        let value = i128::from(digit - b'0');
        if self.significant >= full {
            self.truncated |= value != 0;
            return false;
        }
        self.significant = self.significant * 10 + value;
        true
    }
}

/// A whole number of so few digits that all of them are read, as nearly all are, and what is behind it.
fn few_digits(text: &str) -> Option<(Digits, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit);
    let length = digits.clone().count();
    if !(1..=9).contains(&length) {
        return None;
    }
    let value = digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    let number = Digits {
        significant: value.into(),
        exponent: 0,
        truncated: false,
    };
    Some((number, &text[length..]))
}

fn split_sign(text: &str) -> (bool, &str) {
    if let Some(rest) = text.strip_prefix('-') {
        return (true, rest);
    }
    (false, text.strip_prefix('+').unwrap_or(text))
}

fn is_number(text: &str) -> bool {
    text.contains(|character: char| character.is_ascii_digit()) && text.matches('.').count() <= 1
}

fn parse_exponent(suffix: &str) -> Option<i32> {
    let (negative, digits) = split_sign(suffix.strip_prefix(['e', 'E'])?);
    let well_formed = (1..=MAX_EXPONENT_DIGITS).contains(&digits.len())
        && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !well_formed {
        return None;
    }
    let exponent = digits.parse::<i32>().ok()?;
    Some(if negative { -exponent } else { exponent })
}

/// Most are small, and 64 bits are faster.
fn power_of_ten(exponent: u32) -> Option<i128> {
    match 10_i64.checked_pow(exponent) {
        Some(power) => Some(power.into()),
        None => 10_i128.checked_pow(exponent),
    }
}

/// Most amounts are small here too.
fn divide_away_from_zero(dividend: i128, divisor: i64) -> i128 {
    if let Ok(dividend) = i64::try_from(dividend) {
        return i128::from(dividend / divisor + (dividend % divisor).signum());
    }
    let divisor = i128::from(divisor);
    dividend / divisor + (dividend % divisor).signum()
}

fn saturate(value: i128) -> i64 {
    let nearest_bound = if value < 0 { i64::MIN } else { i64::MAX };
    i64::try_from(value).unwrap_or(nearest_bound)
}

fn not_a_quantity(text: &str) -> String {
    format!("`{text}` is not a quantity: write a value such as `500m`, `2`, `512Mi` or `4Gi`")
}

fn unknown_suffix(text: &str, suffix: &str) -> String {
    if suffix.starts_with(char::is_alphabetic) {
        return format!(
            "`{text}` is not a quantity: `{suffix}` is not a Kubernetes suffix (n, u, m, k, M, G, T, P, \
             E, Ki, Mi, Gi, Ti, Pi, Ei); write a value such as `500m`, `2`, `512Mi` or `4Gi`"
        );
    }
    not_a_quantity(text)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use regex::Regex;
    use serde_json::json;

    use super::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text).unwrap_or_else(|reason| panic!("{reason}"))
    }

    #[test]
    fn reads_cpu() {
        let cases = [
            ("0", 0),
            ("500m", 500),
            ("2", 2000),
            ("+2", 2000),
            ("-250m", -250),
            ("0.1", 100),
            (".5", 500),
            ("1.", 1000),
            ("1.5", 1500),
            ("100u", 1),
            ("1n", 1),
            ("0.9n", 1),
            ("0.0000000000000000000000000000000000000001", 1),
            ("1000000001n", 1001),
            ("1e3", 1_000_000),
            ("1E-3", 1),
            ("1e+1", 10_000),
            ("1e-999", 1),
            ("0e999", 0),
            ("1e999", i64::MAX),
            ("-1e999", i64::MIN),
            ("1k", 1_000_000),
            ("0.30000000000000004", 301),
        ];
        for (text, millis) in cases {
            assert_eq!(quantity(text).millis(), millis, "{text}");
        }
    }

    #[test]
    fn reads_memory() {
        let cases = [
            ("0Mi", 0),
            ("1Ki", 1024),
            ("512Mi", 512 << 20),
            ("1.5Gi", 1536 << 20),
            ("4Gi", 4 << 30),
            ("1Ti", 1 << 40),
            ("1Pi", 1 << 50),
            ("7Ei", 7 << 60),
            ("8Ei", i64::MAX),
            ("1M", 1_000_000),
            ("1G", 1_000_000_000),
            ("1T", 1_000_000_000_000),
            ("1P", 1_000_000_000_000_000),
            ("1E", 1_000_000_000_000_000_000),
            ("12e6", 12_000_000),
            ("1500m", 2),
            ("0.1Ki", 103),
            ("0000000000000000000000000000000000000000064Mi", 64 << 20),
            ("0.12500000000000000000000000000000000000000Gi", 128 << 20),
            ("99999999999999999999999999999999999999999", i64::MAX),
            ("9007199254740993.5", 9_007_199_254_740_994),
            ("9223372036854775807", i64::MAX),
        ];
        for (text, bytes) in cases {
            assert_eq!(quantity(text).bytes(), bytes, "{text}");
        }
    }

    const NOT_QUANTITIES: [&str; 27] = [
        "", " ", "+", "-", ".", "Mi", "m", "2 cores", " 1", "1 ", "1\n", "1.1.M", "1+1.0M",
        "0.1mi", "0.1am", "aoeu", ".5i", "1i", "-3.01i", "-3.01e-", "1e", "1e1.5", "1e1234", "4GB",
        "4gi", "1K", "--1",
    ];

    #[test]
    fn refuses_what_kubernetes_refuses() {
        for text in NOT_QUANTITIES {
            assert!(Quantity::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn says_what_is_allowed() {
        assert_eq!(
            Quantity::parse("2 cores"),
            Err(
                "`2 cores` is not a quantity: write a value such as `500m`, `2`, `512Mi` or `4Gi`"
                    .to_owned()
            )
        );
        let reason = Quantity::parse("4GB").expect_err("no suffix of Kubernetes");
        assert!(
            reason.contains("`GB` is not a Kubernetes suffix"),
            "{reason}"
        );
    }

    #[test]
    fn writes_canonical_amounts() {
        for (millis, text) in [
            (500, "500m"),
            (2000, "2"),
            (1500, "1500m"),
            (0, "0"),
            (-1, "-1m"),
        ] {
            assert_eq!(Quantity::from_millis(millis).to_string(), text);
            assert_eq!(Quantity::from_millis(millis), quantity(text));
        }
        for (bytes, text) in [
            (512 << 20, "512Mi"),
            (14 << 30, "14Gi"),
            (1536 << 20, "1536Mi"),
            (1025, "1025"),
            (0, "0"),
            (1 << 60, "1Ei"),
        ] {
            assert_eq!(Quantity::from_bytes(bytes).to_string(), text);
            assert_eq!(Quantity::from_bytes(bytes), quantity(text));
        }
    }

    #[test]
    fn keeps_the_text_as_written() {
        let written = quantity("1.50Gi");
        assert_eq!(written.as_str(), "1.50Gi");
        assert_eq!(json!(written), json!("1.50Gi"));
    }

    #[test]
    fn patterns_and_types_agree_on_text() {
        let allowed = [
            "0", "00", "1.", ".5", "1.5", "500m", "1n", "1u", "1k", "1M", "1G", "1T", "1P", "1E",
            "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei", "1e3", "1E3", "1e-3", "1E+003", "1e999",
        ];
        for text in allowed {
            let read = serde_json::from_value::<Quantity>(json!(text));
            let read = read.unwrap_or_else(|reason| panic!("{text}: {reason}"));
            assert!(read.is_cpu() || read.is_memory(), "{text}");
            agree(text);
        }
        for text in NOT_QUANTITIES.into_iter().chain(["-1", "+1", "-0", "-1Gi"]) {
            assert!(
                serde_json::from_value::<Quantity>(json!(text)).is_err(),
                "{text:?}"
            );
            agree(text);
        }
    }

    #[test]
    fn patterns_and_types_agree_on_short_texts_of_every_shape() {
        let alphabet = ["", "1", ".", "e", "E", "-", "+", "i", "m", "M", "K"];
        let mut texts = vec![String::new()];
        for _ in 0..5 {
            texts = texts
                .iter()
                .flat_map(|start| alphabet.iter().map(move |end| format!("{start}{end}")))
                .collect();
            texts.sort();
            texts.dedup();
        }
        for text in &texts {
            agree(text);
        }
    }

    #[track_caller]
    fn agree(text: &str) {
        static PATTERNS: LazyLock<[Regex; 2]> = LazyLock::new(|| {
            [Quantity::CPU_PATTERN, Quantity::MEMORY_PATTERN]
                .map(|pattern| Regex::new(pattern).expect("a valid pattern"))
        });
        let [cpu, memory] = &*PATTERNS;
        let read = Quantity::parse_unsigned(text).ok();
        let is = |kind: fn(&Quantity) -> bool| read.as_ref().is_some_and(kind);
        assert_eq!(is(Quantity::is_cpu), cpu.is_match(text), "{text:?}");
        assert_eq!(is(Quantity::is_memory), memory.is_match(text), "{text:?}");
    }

    #[test]
    fn an_amount_says_of_what_it_can_be() {
        for text in ["2", "500m", "0.5", "1e-3"] {
            assert!(quantity(text).is_cpu(), "{text}");
        }
        for text in ["2Gi", "1k", "1E"] {
            assert!(!quantity(text).is_cpu(), "{text}");
            assert!(quantity(text).is_memory(), "{text}");
        }
        assert!(!quantity("512m").is_memory());
    }

    #[test]
    fn schema_and_serde_agree_on_numbers() {
        let allowed = [
            (json!(0), "0"),
            (json!(-0.0), "0"),
            (json!(2), "2"),
            (json!(0.5), "0.5"),
            (json!(1.0), "1"),
            (json!(1e-7), "0.0000001"),
            (json!(u64::MAX), "18446744073709551615"),
        ];
        for (number, text) in allowed {
            let read: Quantity = serde_json::from_value(number).expect("a quantity");
            assert_eq!(read.as_str(), text);
        }
        for number in [json!(f64::MAX), json!(f64::MIN_POSITIVE)] {
            assert!(serde_json::from_value::<Quantity>(number).is_ok());
        }
        for refused in [
            json!(-1),
            json!(-0.5),
            json!(null),
            json!(true),
            json!(["1"]),
        ] {
            assert!(serde_json::from_value::<Quantity>(refused).is_err());
        }
    }
}
