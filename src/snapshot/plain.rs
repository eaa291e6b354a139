//! What is wrong with an object, in plain words. Its lines are those of the object and not of the file, so none is told.

use std::sync::LazyLock;

use regex::Regex;

static TYPES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s)^invalid type: (.+), expected (.+)$").expect("it is a pattern")
});
static MISSING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^missing field (`.+`)$").expect("it is a pattern"));
static KEY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#""([A-Za-z][A-Za-z0-9._/-]*)"\s*:"#).expect("it is a pattern"));

/// Why the text of an object cannot be decoded.
pub(super) fn words(error: &serde_json::Error, text: &str) -> String {
    let message = without_position(error);
    if let Some(found) = TYPES.captures(&message) {
        let (is, should) = (kind_of(&found[1]), wanted(&found[2]));
        return match key_before(text, error) {
            Some(key) => format!("`{key}` has {is} where {should} belongs"),
            None => format!("there is {is} where {should} belongs"),
        };
    }
    match MISSING.captures(&message) {
        Some(found) => format!("{} is missing", &found[1]),
        None => message,
    }
}

/// The message alone.
pub(super) fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&position).unwrap_or(&text).to_owned()
}

/// The last key before the place of an error.
fn key_before<'t>(text: &'t str, error: &serde_json::Error) -> Option<&'t str> {
    let lines: usize = text
        .split_inclusive('\n')
        .take(error.line().checked_sub(1)?)
        .map(str::len)
        .sum();
    let before = text.get(..lines + error.column())?;
    let found = KEY.captures_iter(before).last()?;
    Some(found.get(1)?.as_str())
}

/// What is there. Source: serde `de::Unexpected`.
fn kind_of(found: &str) -> String {
    match found.split_once(' ') {
        Some(("string", text)) => format!("the text {text}"),
        Some(("integer" | "floating", rest)) => {
            let number = rest.trim_start_matches("point ");
            format!("the number {number}")
        }
        Some(("boolean", value)) => value.to_owned(),
        _ => match found {
            "null" => "`null`".to_owned(),
            "map" => "a map".to_owned(),
            "sequence" => "a list".to_owned(),
            other => other.to_owned(),
        },
    }
}

fn wanted(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" | "str" | "string" => "text",
        "a sequence" => "a list",
        "a boolean" => "`true` or `false`",
        name if name.starts_with("struct ") => "a map",
        "i64" | "u64" | "i32" | "u32" | "usize" => "a whole number",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;

    use super::words;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "it is only decoded")]
    struct Object {
        name: String,
        #[serde(default)]
        count: i64,
        #[serde(default)]
        labels: BTreeMap<String, String>,
    }

    #[test]
    fn neither_types_nor_positions_of_the_program_are_told() {
        for (text, said) in [
            ("null", "there is `null` where a map belongs"),
            ("{}", "`name` is missing"),
            (
                "{\n\"name\": 3}",
                "`name` has the number `3` where text belongs",
            ),
            (
                "{\"name\": \"a\", \"count\": \"three\"}",
                "`count` has the text \"three\" where a whole number belongs",
            ),
            (
                "{\"name\": \"a\",\n \"labels\": []}",
                "`labels` has a list where a map belongs",
            ),
        ] {
            let error = serde_json::from_str::<Object>(text).expect_err("it is wrong");
            assert_eq!(words(&error, text), said);
        }
    }
}
