//! Values on one line, as JSON: what a list in brackets or a JSON document takes, and every YAML reader too.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// Appends a value, with spaces where people put them.
pub(super) fn write(value: &Json, out: &mut String) {
    match value {
        Json::String(text) => quote(text, out),
        Json::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                separate(at, out);
                write(item, out);
            }
            out.push(']');
        }
        Json::Object(entries) => {
            out.push('{');
            for (at, (key, value)) in entries.iter().enumerate() {
                separate(at, out);
                quote(key, out);
                out.push_str(": ");
                write(value, out);
            }
            out.push('}');
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {
            write!(out, "{value}").expect("a String takes any text");
        }
    }
}

fn separate(at: usize, out: &mut String) {
    if at > 0 {
        out.push_str(", ");
    }
}

/// JSON leaves some characters as they are that readers of YAML refuse or take for line breaks; escaped as `\u` both
/// read them alike.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            ' '..='~' | '\u{A1}'..='\u{1FFF}' | '\u{2070}'..='\u{D7FF}' | '\u{10000}'.. => {
                out.push(char);
            }
            _ => write!(out, "\\u{:04x}", u32::from(char)).expect("a String takes any text"),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn flow_text_is_json_and_reads_back() {
        for value in [
            json!({"a": ["b", 1, true, null], "c: d": {}}),
            json!("\u{7f}\u{85}\u{2028}\u{feff} \"\\ é \u{1F600}\n\t"),
        ] {
            let mut text = String::new();
            super::write(&value, &mut text);
            let again: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(again, value, "{text}");
            assert!(!text.contains(['\u{7f}', '\u{85}', '\u{2028}', '\n']));
        }
    }
}
