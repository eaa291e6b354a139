//! Values in flow style, quoted where YAML would read them as something else.

use std::fmt::Display;

/// A text as a value within braces or brackets.
pub(super) fn flow(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:+".contains(&byte);
    // A colon before the end of a word separates nothing.
    let is_safe =
        text.bytes().all(is_plain) && !text.ends_with(':') && crate::yaml::scalar(text) == text;
    if is_safe {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in quotes, whatever is in it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A number of things.
pub(crate) fn plural(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

pub(super) fn map<K: Display>(entries: impl IntoIterator<Item = (K, String)>) -> String {
    let entries = entries
        .into_iter()
        .map(|(key, value)| format!("{key}: {value}"));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_reads_otherwise_is_quoted() {
        for plain in [
            "web",
            "500m",
            "Standard_D4s_v5",
            "team=shop:NoSchedule",
            "a.b/c",
        ] {
            assert_eq!(flow(plain), plain);
        }
        for text in [
            "true", "1", "null", "", "a, b", "a]", "#", "a: b", "1.30", "~", "a\nb", "-", "key:",
        ] {
            let quoted = flow(text);
            assert!(quoted.starts_with(['"', '\'']), "{text:?} is {quoted}");
        }
    }
}
