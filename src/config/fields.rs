//! Explains keys of the configuration, from the descriptions in its schema.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::schema::committed_schema;
use crate::diagnostic::Failure;
use crate::suggest::similar;

/// The page for a path of keys: `spec.descheduler.interval`. `spec.` is optional, and so is the item of a list.
///
/// # Errors
/// If the key does not exist, with a suggestion.
pub fn explain(path: &str) -> Result<String, Failure> {
    let schema: Value =
        serde_json::from_str(committed_schema()).expect("the schema was generated as JSON");
    let keys: Vec<&str> = path
        .split(['.', '/'])
        .map(|key| key.trim_end_matches("[]"))
        .filter(|key| !key.is_empty())
        .collect();
    let walker = Walker { root: &schema };
    walker.page(&keys).or_else(|unknown| {
        let within: Vec<&str> = ["spec"].into_iter().chain(keys.iter().copied()).collect();
        walker.page(&within).map_err(|nearer| {
            // If the first key is known, the first answer is the better one.
            if walker.knows(keys.first()) {
                unknown
            } else {
                nearer
            }
        })
    })
}

struct Walker<'a> {
    root: &'a Value,
}

impl<'a> Walker<'a> {
    fn knows(&self, key: Option<&&str>) -> bool {
        key.is_some_and(|key| self.property(self.root, key).is_some())
    }

    fn page(&self, keys: &[&str]) -> Result<String, Failure> {
        let mut schema = self.root;
        let mut path = String::new();
        for key in keys {
            schema = self.below(schema, key, &mut path)?;
        }
        let name = if path.is_empty() { "SpotConfig" } else { &path };
        let mut page = format!("# {name}\n\n{}\n", self.takes(schema));
        if let Some(description) = self.description(schema) {
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
        Ok(page)
    }

    /// The schema of a key's value. In a list, the key may belong to an item or name an item; in a map, users choose
    /// it freely.
    fn below(&self, schema: &'a Value, key: &str, path: &mut String) -> Result<&'a Value, Failure> {
        if let Some(property) = self.property(schema, key) {
            let dot = if path.is_empty() { "" } else { "." };
            let _ = write!(path, "{dot}{key}");
            return Ok(property);
        }
        if let Some(items) = self.find(schema, "items") {
            path.push_str("[]");
            let is_key = self.property(items, key).is_some();
            return if is_key {
                self.below(items, key, path)
            } else {
                Ok(items)
            };
        }
        if let Some(values) = self
            .find(schema, "additionalProperties")
            .filter(|found| found.is_object())
        {
            path.push_str(".*");
            return Ok(values);
        }
        let location = if path.is_empty() {
            "a configuration"
        } else {
            path
        };
        let failure = Failure::new(format!("unknown key `{key}` in {location}"));
        let properties = self.properties(schema).into_iter().flatten();
        let known: Vec<&str> = properties.map(|(key, _)| key.as_str()).collect();
        Err(match similar(key, known.iter().copied()) {
            Some(meant) => failure.help(format!("did you mean `{meant}`?")),
            None if known.is_empty() => failure,
            None => failure.help(format!("known keys: {}", known.join(", "))),
        })
    }

    /// A schema with everything that it refers to and all its alternatives.
    fn branches(&self, schema: &'a Value) -> Vec<&'a Value> {
        let referenced = schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|path| self.root.pointer(path.strip_prefix('#')?));
        let chosen = ["anyOf", "oneOf"]
            .into_iter()
            .filter_map(|keyword| schema.get(keyword)?.as_array());
        let further = referenced.into_iter().chain(chosen.flatten());
        std::iter::once(schema)
            .chain(further.flat_map(|further| self.branches(further)))
            .collect()
    }

    fn find(&self, schema: &'a Value, keyword: &str) -> Option<&'a Value> {
        self.branches(schema)
            .into_iter()
            .find_map(|branch| branch.get(keyword))
    }

    fn properties(&self, schema: &'a Value) -> Option<&'a Map<String, Value>> {
        self.find(schema, "properties").and_then(Value::as_object)
    }

    fn property(&self, schema: &'a Value, key: &str) -> Option<&'a Value> {
        self.properties(schema)?.get(key)
    }

    fn description(&self, schema: &'a Value) -> Option<&'a str> {
        self.find(schema, "description").and_then(Value::as_str)
    }

    /// The type of a value, in words.
    fn takes(&self, schema: &'a Value) -> String {
        let mut words: Vec<String> = Vec::new();
        for branch in self.branches(schema) {
            let options = branch.get("enum").and_then(Value::as_array);
            let constant = branch.get("const");
            if let Some(options) = options {
                words.extend(
                    options
                        .iter()
                        .filter_map(Value::as_str)
                        .map(|option| format!("`{option}`")),
                );
                continue;
            }
            if let Some(only) = constant.and_then(Value::as_str) {
                words.push(format!("`{only}`"));
                continue;
            }
            let types: Vec<&str> = match branch.get("type") {
                Some(Value::String(one)) => vec![one],
                Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
                _ => continue,
            };
            words.extend(types.into_iter().map(|name| word(name).to_owned()));
        }
        words.dedup();
        words.join(" or ")
    }
}

fn word(name: &str) -> &str {
    match name {
        "array" => "a list",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "object" => "a map",
        "string" => "text",
        other => other,
    }
}

fn first_sentence(text: &str) -> &str {
    text.find(". ").map_or(text, |end| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::explain;

    #[test]
    fn keys_are_found_by_their_path() {
        for path in [
            "spec.descheduler.interval",
            "descheduler.interval",
            "/spec/descheduler/interval",
        ] {
            let page = explain(path).unwrap_or_else(|failure| panic!("{}", failure.message));
            assert!(page.starts_with("# spec.descheduler.interval\n"), "{page}");
            assert!(page.contains("Default: 5m"), "{page}");
        }
        for path in [
            "spec.nodePools.nodes.max",
            "spec.nodePools[].nodes.max",
            "nodePools.spot1.nodes.max",
            "spec.nodePools.0.nodes.max",
        ] {
            let page = explain(path).unwrap_or_else(|failure| panic!("{}", failure.message));
            assert!(page.starts_with("# spec.nodePools[].nodes.max\n"), "{page}");
        }
        assert!(
            explain("spec.classes.web.placement.spot")
                .is_ok_and(|page| page.contains("`Preferred`"))
        );
    }

    #[test]
    fn what_could_be_meant_is_said() {
        let failure = explain("spec.deschedular.interval").expect_err("there is no such key");
        assert_eq!(failure.help.as_deref(), Some("did you mean `descheduler`?"));
    }
}
