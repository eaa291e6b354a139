//! The page of a key.

use std::fmt::Write as _;

use regex::Regex;
use serde_json::Value;

use super::super::alternatives::property;
use super::super::synonyms::meant_path;
use super::walker::Walker;
use crate::diagnostic::Failure;
use crate::suggest::similar;
use crate::values::explain_pattern;

#[derive(Debug)]
pub struct Page {
    /// The path of the key: `spec.nodePools[].nodes`.
    pub path: String,
    /// The name that users choose, where the last step is one.
    pub name: Option<String>,
    pub text: String,
}

/// A place in the schema.
struct Place<'a> {
    schema: &'a Value,
    /// What contains it, where that says what it is: a list, or a map whose keys users choose.
    within: Option<&'a Value>,
    path: String,
    name: Option<String>,
}

impl<'a> Walker<'a> {
    pub(super) fn knows(&self, key: Option<&&str>) -> bool {
        key.is_some_and(|key| property(self.root, self.root, key).is_some())
    }

    pub(super) fn page(&self, keys: &[&str]) -> Result<Page, Failure> {
        let root = Place {
            schema: self.root,
            within: None,
            path: String::new(),
            name: None,
        };
        let place = self.place(root, keys)?;
        let text = self.text(&place);
        Ok(Page {
            path: place.path,
            name: place.name,
            text,
        })
    }

    fn text(&self, place: &Place<'a>) -> String {
        let Place { schema, path, .. } = place;
        let name = if path.is_empty() { "SpotConfig" } else { path };
        let mut page = format!("# {name}\n\n{}\n", self.takes(schema));
        let own = self.description(schema);
        let around = || self.description(place.within?);
        if let Some(description) = own.or_else(around) {
            let _ = write!(page, "\n{description}\n");
        }
        for branch in self.branches(schema) {
            let word = branch.get("const").and_then(Value::as_str);
            let said = branch.get("description").and_then(Value::as_str);
            if let (Some(word), Some(said)) = (word, said) {
                let _ = write!(page, "\n- `{word}`: {said}");
            }
        }
        if page.ends_with(|last| last != '\n') {
            page.push('\n');
        }
        // For a list, describe its items too.
        let schema = match self.find(schema, "items") {
            Some(item) => {
                let _ = write!(page, "\nEach item: {}\n", self.takes(item));
                item
            }
            None => schema,
        };
        let properties = self.properties(schema);
        if properties.is_some() {
            page.push_str("\n## Keys\n\n");
        }
        let required = self.find(schema, "required").and_then(Value::as_array);
        let is_required = |key: &str| {
            required.is_some_and(|required| required.iter().any(|required| required == key))
        };
        for (key, property) in properties.into_iter().flatten() {
            let must = if is_required(key) { " (required)" } else { "" };
            let text = match self.description(property) {
                Some(text) => first_sentence(text).to_owned(),
                None => self.takes(property),
            };
            let _ = writeln!(page, "- `{key}`{must}: {text}");
        }
        page
    }

    /// The place that keys lead to. In a list, a key may belong to an item, or be the number of one or, before further
    /// keys, its name. In a map, users choose it freely.
    fn place(&self, from: Place<'a>, keys: &[&str]) -> Result<Place<'a>, Failure> {
        let Some((key, rest)) = keys.split_first() else {
            return Ok(from);
        };
        let Place { schema, path, .. } = from;
        let next = |schema, within, step: &str, name| Place {
            schema,
            within,
            path: format!("{path}{step}"),
            name,
        };
        if let Some(property) = property(self.root, schema, key) {
            let dot = if path.is_empty() { "" } else { "." };
            return self.place(next(property, None, &format!("{dot}{key}"), None), rest);
        }
        if let Some(items) = self.find(schema, "items") {
            let is_key = property(self.root, items, key).is_some();
            let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
            let is_item = !is_key && (is_number || !rest.is_empty());
            let described = self.description(schema).map(|_| schema);
            let item = next(items, described.or(from.within), "[]", None);
            return self.place(item, if is_item { rest } else { keys });
        }
        let values = self.find(schema, "additionalProperties");
        if let Some(values) = values.filter(|found| found.is_object()) {
            // The prefix of a label key has dots.
            let prefix = keys.iter().position(|key| key.contains('/'));
            let mut first = None;
            for length in [Some(0), prefix].into_iter().flatten() {
                let length = length + 1;
                let name = keys[..length].join(".");
                let found = self.names(schema, &path, &name).and_then(|()| {
                    let place = next(values, Some(schema), ".*", Some(name));
                    self.place(place, &keys[length..])
                });
                match found {
                    Ok(place) => return Ok(place),
                    Err(failure) => first = first.or(Some(failure)),
                }
            }
            return Err(first.expect("there is a key"));
        }
        Err(self.unknown(schema, key, &path))
    }

    /// Whether users may choose a name.
    fn names(&self, schema: &'a Value, path: &str, name: &str) -> Result<(), Failure> {
        let names = self.find(schema, "propertyNames");
        let Some(pattern) = names.and_then(|names| names.get("pattern")?.as_str()) else {
            return Ok(());
        };
        let accepts = Regex::new(pattern).expect("the schema was generated and is valid");
        if accepts.is_match(name) {
            return Ok(());
        }
        let what = explain_pattern(pattern).map_or("a positive number", |grammar| grammar.what);
        let failure = Failure::new(format!("a key of {path} is {what}, and `{name}` is not"));
        Err(match self.example(schema) {
            Some(example) => failure.help(format!("write it like {example}")),
            None => failure,
        })
    }

    /// The example in the description of a key.
    fn example(&self, schema: &'a Value) -> Option<&'a str> {
        let (_, example) = self.description(schema)?.split_once(" Example: ")?;
        Some(example.trim_end_matches('.'))
    }

    fn unknown(&self, schema: &'a Value, key: &str, path: &str) -> Failure {
        let location = if path.is_empty() {
            "a configuration"
        } else {
            path
        };
        let failure = Failure::new(format!("unknown key `{key}` in {location}"));
        if let Some(meant) = meant_path(self.root, schema, key) {
            return failure.help(format!("did you mean `{}`?", meant.join(".")));
        }
        let properties = self.properties(schema).into_iter().flatten();
        let known: Vec<&str> = properties.map(|(key, _)| key.as_str()).collect();
        match similar(key, known.iter().copied()) {
            Some(meant) => failure.help(format!("did you mean `{meant}`?")),
            None if known.is_empty() => {
                failure.help(format!("{location} takes {}", self.takes(schema)))
            }
            None => failure.help(format!("known keys: {}", known.join(", "))),
        }
    }
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}
