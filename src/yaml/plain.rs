//! What a plain (unquoted) scalar means, and whether all readers agree on it.
//!
//! YAML 1.2 readers follow its core schema (<https://yaml.org/spec/1.2.2/#103-core-schema>); kubectl and Helm read
//! YAML 1.1 through sigs.k8s.io/yaml, and so does `PyYAML`. Where they differ, a configuration must not depend on it.

use std::borrow::Cow;

use super::node::Value;

/// Whether a text is a text to all readers, as most are: one look is enough.
pub(super) fn is_certainly_text(text: &str) -> bool {
    text.len() > LONGEST_WORD && text.as_bytes()[0].is_ascii_alphabetic()
}

/// How long a word can be that means something else than itself: `false`.
const LONGEST_WORD: usize = 5;

/// How long a word can be that readers disagree on: `off`.
pub(super) const LONGEST_AMBIGUOUS_WORD: usize = 3;

/// What a text means to all readers, if one look is enough to tell: a word, a number without a sign or a leading zero, or such
/// a number with a unit. `None` of all others.
pub(super) fn certain(text: &str) -> Option<Value<'_>> {
    let bytes = text.as_bytes();
    if is_certainly_text(text) {
        return Some(Value::String(Cow::Borrowed(text)));
    }
    let (b'1'..=b'9', last) = (*bytes.first()?, *bytes.last()?) else {
        return None;
    };
    if matches!(last, b'm' | b'i' | b'%') {
        return Some(Value::String(Cow::Borrowed(text)));
    }
    let is_small = bytes.len() <= MOST_DIGITS && bytes.iter().all(u8::is_ascii_digit);
    let digits = bytes.iter().filter(|_| is_small);
    let value = digits.fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
    is_small.then_some(Value::Integer(value))
}

/// So many digits are always a number of 64 bits.
const MOST_DIGITS: usize = 18;

/// The meaning in the core schema of YAML 1.2.
pub(super) fn core(text: Cow<'_, str>) -> Value<'_> {
    if text.len() > LONGEST_WORD && !starts_like_a_number(&text) {
        return Value::String(text);
    }
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ if !starts_like_a_number(&text) => Value::String(text),
        _ => number(&text).unwrap_or(Value::String(text)),
    }
}

/// The meaning for kubectl, with booleans and octal numbers of YAML 1.1.
///
/// Source: yaml/go-yaml v2 resolve.go, which sigs.k8s.io/yaml carries as goyaml.v2.
pub(super) fn legacy(text: Cow<'_, str>) -> Value<'_> {
    if starts_like_a_number(&text) {
        if !text.bytes().all(is_in_a_number) {
            return Value::String(text);
        }
        if let Some(value) = legacy_integer(&text) {
            return Value::Integer(value);
        }
    } else if let Some(value) = legacy_bool(&text) {
        return Value::Bool(value);
    }
    core(text)
}

/// Why YAML 1.1 and YAML 1.2 readers disagree on a plain scalar, if they do.
pub(super) fn disagreement(text: &str) -> Option<&'static str> {
    if legacy_bool(text).is_some() && !matches!(core(Cow::Borrowed(text)), Value::Bool(_)) {
        return Some(
            "a YAML 1.1 reader (kubectl, Helm) reads a boolean, a YAML 1.2 reader reads text",
        );
    }
    if !starts_like_a_number(text) {
        return None;
    }
    let digits = text.trim_start_matches(['+', '-']);
    // All that readers disagree on begins with a zero, or has one of these in it.
    let is_odd = |byte| matches!(byte, b'_' | b':' | b'-');
    if !digits.starts_with('0') && !digits.bytes().any(is_odd) {
        return None;
    }
    if digits.len() > 1
        && digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Some(
            "a YAML 1.1 reader reads the leading zero as octal, a YAML 1.2 reader as decimal",
        );
    }
    if digits.starts_with("0o") || digits.starts_with("0b") {
        return Some("readers of YAML 1.1 and of YAML 1.2 read this notation differently");
    }
    if digits.contains('_')
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || b"_.xX".contains(&byte))
    {
        return Some("a YAML 1.1 reader reads a number, a YAML 1.2 reader reads text");
    }
    if is_sexagesimal(digits) {
        return Some("a YAML 1.1 reader reads a number of base 60, a YAML 1.2 reader reads text");
    }
    is_date(text).then_some("a YAML 1.1 reader reads a date, a YAML 1.2 reader reads text")
}

fn starts_like_a_number(text: &str) -> bool {
    matches!(
        text.as_bytes().first(),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.')
    )
}

/// Whether a byte is in the notation of some number, or of `.inf` and `.nan`.
fn is_in_a_number(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
        || matches!(
            byte,
            b'x' | b'X' | b'o' | b'_' | b'.' | b'+' | b'-' | b'i' | b'I' | b'n' | b'N'
        )
}

fn number<'s>(text: &str) -> Option<Value<'s>> {
    if let Ok(value) = text.parse::<i64>() {
        return Some(Value::Integer(value));
    }
    if let Some(value) = text
        .strip_prefix("0x")
        .and_then(|hex| i64::from_str_radix(hex, 16).ok())
    {
        return Some(Value::Integer(value));
    }
    if let Some(value) = text
        .strip_prefix("0o")
        .and_then(|octal| i64::from_str_radix(octal, 8).ok())
    {
        return Some(Value::Integer(value));
    }
    let unsigned = text.trim_start_matches(['+', '-']);
    match unsigned {
        ".inf" | ".Inf" | ".INF" if text.starts_with('-') => {
            return Some(Value::Float(f64::NEG_INFINITY));
        }
        ".inf" | ".Inf" | ".INF" => return Some(Value::Float(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" => return Some(Value::Float(f64::NAN)),
        _ => {}
    }
    let digits_only = unsigned
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    let has_digit = unsigned.bytes().any(|byte| byte.is_ascii_digit());
    (digits_only && has_digit && !unsigned.starts_with(['e', 'E']))
        .then(|| text.parse().ok().map(Value::Float))
        .flatten()
}

fn legacy_bool(text: &str) -> Option<bool> {
    if text.len() > LONGEST_AMBIGUOUS_WORD {
        return None;
    }
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

fn legacy_integer(text: &str) -> Option<i64> {
    let plain = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, plain.strip_prefix('+').unwrap_or(&plain)),
    };
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &digits[2..]),
        [b'0', b'b' | b'B', ..] => (2, &digits[2..]),
        [b'0', b'o', ..] => (8, &digits[2..]),
        [b'0', b'0'..=b'7', ..] => (8, &digits[1..]),
        _ => (10, digits),
    };
    i64::from_str_radix(digits, radix)
        .ok()
        .map(|value| sign * value)
}

fn is_sexagesimal(digits: &str) -> bool {
    let mut parts = digits.split(':');
    let first = parts.next().unwrap_or_default();
    let mut rest = parts.peekable();
    rest.peek().is_some()
        && !first.is_empty()
        && first.bytes().all(|byte| byte.is_ascii_digit())
        && rest.all(|part| {
            part.len() <= 2 && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
        })
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5..]
            .iter()
            .all(|byte| byte.is_ascii_digit() || b"-T:.Z+ ".contains(byte))
        && bytes[5..].contains(&b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(value: &Value<'_>) -> &'static str {
        match value {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Integer(_) => "int",
            Value::Float(_) => "float",
            _ => "text",
        }
    }

    #[test]
    fn plain_scalars_by_reader() {
        for (text, in_core, in_legacy, agrees) in [
            ("", "null", "null", true),
            ("~", "null", "null", true),
            ("true", "bool", "bool", true),
            ("yes", "text", "bool", false),
            ("y", "text", "bool", false),
            ("Off", "text", "bool", false),
            ("0755", "int", "int", false),
            ("0", "int", "int", true),
            ("0o17", "int", "int", false),
            ("0b11", "text", "int", false),
            ("1_000", "text", "int", false),
            ("1:30", "text", "text", false),
            ("2024-01-01", "text", "text", false),
            ("-1", "int", "int", true),
            ("0x1f", "int", "int", true),
            ("1.5", "float", "float", true),
            ("1e3", "float", "float", true),
            (".5", "float", "float", true),
            ("500m", "text", "text", true),
            ("25%", "text", "text", true),
            ("1.33.1", "text", "text", true),
            ("e5", "text", "text", true),
            ("-", "text", "text", true),
            ("Standard_D4s_v5", "text", "text", true),
        ] {
            assert_eq!(kind(&core(text.into())), in_core, "core {text}");
            assert_eq!(kind(&legacy(text.into())), in_legacy, "legacy {text}");
            assert_eq!(disagreement(text).is_none(), agrees, "agreement on {text}");
        }
    }

    #[test]
    fn what_is_certain_is_what_all_readers_say() {
        let texts = [
            "",
            "a",
            "false",
            "falsch",
            "Infinity",
            "0",
            "1",
            "07",
            "8",
            "50",
            "1000000",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "1_000",
            "1:30",
            "1:30m",
            "1_0i",
            "100m",
            "128Mi",
            "4Gi",
            "25%",
            "0m",
            "1i",
            "0x1f",
            "2024-01-01",
            "2024-01-01m",
            ".inf",
            "999999999999999999",
            "9999999999999999999",
            "über",
            "Preferred",
            "8e%",
            "1-2%",
        ];
        let mut count = 0;
        for text in texts {
            let Some(value) = certain(text) else { continue };
            count += 1;
            let value = format!("{value:?}");
            assert_eq!(value, format!("{:?}", core(text.into())), "{text}");
            assert_eq!(value, format!("{:?}", legacy(text.into())), "{text}");
            assert_eq!(disagreement(text), None, "{text}");
        }
        assert!(count > 15, "{count}");
    }

    #[test]
    fn octal_is_read_as_kubectl_reads_it() {
        assert!(matches!(legacy("0755".into()), Value::Integer(493)));
        assert!(matches!(legacy("-010".into()), Value::Integer(-8)));
        assert!(matches!(legacy("08".into()), Value::Integer(8)));
    }
}
