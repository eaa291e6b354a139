//! Values on one line, for lists in brackets and JSON documents.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::yaml;

/// Appends a value with conventional spacing, as JSON, or as YAML with quotes only where needed.
pub(super) fn write(value: &Json, is_json: bool, out: &mut String) {
    match value {
        Json::String(text) => scalar(text, is_json, out),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                write(item, is_json, out);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                separate(at, out);
                scalar(key, is_json, out);
                out.push_str(": ");
                write(value, is_json, out);
            }
            out.push('}');
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {
            write!(out, "{value}").expect("writing to a string cannot fail");
        }
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push_str(", ");
    }
}

/// Plain only where block style would be plain too, with the addition that commas need quotes.
fn scalar(text: &str, is_json: bool, out: &mut String) {
    match yaml::scalar(text) {
        Cow::Borrowed(plain) if !is_json && !plain.contains(',') => out.push_str(plain),
        _ => quote(text, out),
    }
}

/// JSON does not escape some characters that YAML parsers reject or read as line breaks; escaped as `\u`, both read
/// them alike.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        escape(char, out);
    }
    out.push('"');
}

/// Appends a character as it stands between double quotes, in YAML and in JSON.
pub(super) fn escape(char: char, out: &mut String) {
    match char {
        '"' | '\\' => out.extend(['\\', char]),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        ' '..='~' | '\u{A1}'..='\u{1FFF}' | '\u{2070}'..='\u{D7FF}' | '\u{10000}'.. => {
            out.push(char);
        }
        _ => {
            write!(out, "\\u{:04x}", u32::from(char)).expect("writing to a string cannot fail");
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn values_on_one_line_read_back() {
        for value in [
            json!({"a": ["b", 1, true, null, "x, y", "on", ""], "c: d": {}}),
            json!("\u{7f}\u{85}\u{2028}\u{feff} \"\\ é \u{1F600}\n\t"),
        ] {
            let mut json = String::new();
            super::write(&value, true, &mut json);
            let again: serde_json::Value = serde_json::from_str(&json).expect("JSON");
            assert_eq!(again, value, "{json}");
            let mut yaml = String::new();
            super::write(&value, false, &mut yaml);
            for text in [json, yaml] {
                let again: serde_json::Value = serde_saphyr::from_str(&text).expect("YAML");
                assert_eq!(again, value, "{text}");
                assert!(!text.contains(['\u{7f}', '\u{85}', '\u{2028}', '\n']));
            }
        }
    }
}
