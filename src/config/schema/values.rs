//! Defaults and examples as values in the schema, so that editors offer them. The descriptions have them in words.

use jsonschema::{PatternOptions, Validator};
use serde_json::{Value, json};

use super::super::described::Described;
use crate::source::SourceId;
use crate::yaml::{self, Dialect};

/// How a description goes on after a default that always holds. Anything else is a condition.
const REASONS: [&str; 3] = [", which ", ", as ", ", so that "];

/// Adds `default` and `examples` to every key whose description has them as values.
pub(super) fn add_values(root: &mut Value) {
    let types = root["$defs"].clone();
    add(root, &types);
}

fn add(schema: &mut Value, types: &Value) {
    let Value::Object(entries) = schema else {
        if let Value::Array(items) = schema {
            for item in items {
                add(item, types);
            }
        }
        return;
    };
    for (keyword, inner) in entries {
        if keyword == "properties" {
            let properties = inner.as_object_mut().into_iter().flatten();
            properties.for_each(|(_, property)| describe(property, types));
        }
        add(inner, types);
    }
}

fn describe(property: &mut Value, types: &Value) {
    let Some(description) = property["description"].as_str().map(str::to_owned) else {
        return;
    };
    let described = Described::from(description.as_str());
    let accepted = validator(property, types);
    let default = described.default.and_then(always);
    if let Some(default) = default.and_then(|text| value(text, &accepted)) {
        property["default"] = default;
    }
    let examples = described.example.into_iter().flat_map(code);
    let examples: Vec<Value> = examples.filter_map(|text| value(text, &accepted)).collect();
    if !examples.is_empty() {
        property["examples"] = json!(examples);
    }
}

fn validator(property: &Value, types: &Value) -> Validator {
    let mut schema = property.clone();
    schema["$defs"] = types.clone();
    jsonschema::options()
        .with_pattern_options(PatternOptions::regex())
        .build(&schema)
        .expect("a part of a valid schema is valid")
}

/// The code in a text.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The default, if the text is a value and no more than a reason for it.
fn always(text: &str) -> Option<&str> {
    let text = text.strip_suffix('.')?;
    let (value, rest) = if let Some(code) = text.strip_prefix('`') {
        code.split_once('`')?
    } else {
        let (word, rest) = text.split_at(text.find([' ', ',']).unwrap_or(text.len()));
        let is_number = word.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        (is_number || matches!(word, "true" | "false")).then_some((word, rest))?
    };
    let holds = rest.is_empty() || REASONS.iter().any(|reason| rest.starts_with(reason));
    holds.then_some(value)
}

/// The YAML as the key takes it. A version such as `1.30` would lose its zero as a number.
fn value(text: &str, accepted: &Validator) -> Option<Value> {
    let parsed = yaml::parse(SourceId(0), text, Dialect::Config);
    let [document] = parsed.documents.as_slice() else {
        return None;
    };
    let read = document.to_json();
    let written = json!(text);
    let candidates = if read.is_f64() {
        [written, read]
    } else {
        [read, written]
    };
    candidates
        .into_iter()
        .find(|value| accepted.is_valid(value))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::super::described::Described;
    use super::super::generate::generate_schema;
    use super::{always, code};

    #[test]
    fn only_what_always_holds_is_a_default() {
        for (text, default) in [
            ("`User`.", Some("User")),
            ("-1.", Some("-1")),
            ("1.33.", Some("1.33")),
            ("25, which is the 30 s of notice less 5 s.", Some("25")),
            (
                "`{spot: Never}`, so that it survives.",
                Some("{spot: Never}"),
            ),
            ("none.", None),
            ("true on AKS, false on other providers.", None),
            ("`Zone` on GKE, `Pool` elsewhere.", None),
            ("110 on GKE.", None),
        ] {
            assert_eq!(always(text), default, "{text}");
        }
    }

    /// A wrong example in a description would be left out of the schema without a word.
    #[test]
    fn every_example_fits_its_key() {
        fn look(schema: &Value, count: &mut usize) {
            let inner: Vec<&Value> = match schema {
                Value::Object(entries) => entries.values().collect(),
                Value::Array(items) => items.iter().collect(),
                _ => return,
            };
            for property in schema["properties"].as_object().into_iter().flatten() {
                let description = property.1["description"].as_str().unwrap_or_default();
                let told = Described::from(description).example;
                let told = told.map_or(0, |example| code(example).count());
                let given = property.1["examples"].as_array().map_or(0, Vec::len);
                assert_eq!(given, told, "{}: {description}", property.0);
                *count += given;
            }
            for inner in inner {
                look(inner, count);
            }
        }
        let schema = serde_json::from_str(&generate_schema()).expect("the schema is JSON");
        let mut count = 0;
        look(&schema, &mut count);
        assert!(count > 150, "{count}");
    }
}
