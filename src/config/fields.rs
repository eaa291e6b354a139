//! Explains keys of the configuration, from the descriptions in its schema.

use std::fmt::Write as _;

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::{Map, Value};

use super::alternatives::{alternatives, property};
use super::schema::committed_schema;
use super::synonyms::meant_path;
use crate::diagnostic::Failure;
use crate::suggest::similar;
use crate::values::wrap::wrapped;

/// The page of a key.
#[derive(Debug)]
pub struct Page {
    /// The path of the key: `spec.nodePools[].nodes`.
    pub path: String,
    pub text: String,
}

/// The page for a path of keys: `spec.descheduler.interval`. `spec.` is optional, and so is the item of a list.
///
/// # Errors
/// If the key does not exist, with a suggestion.
pub fn explain(path: &str) -> Result<Page, Failure> {
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

/// Every key of the configuration with its type, default, example and description, in Markdown.
///
/// # Panics
/// If a key has no description.
pub fn reference() -> String {
    let schema: Value =
        serde_json::from_str(committed_schema()).expect("the schema was generated as JSON");
    let mut reference = Reference {
        walker: Walker { root: &schema },
        page: INTRODUCTION.to_owned(),
        sections: IndexMap::new(),
    };
    reference.section(&schema, "SpotConfig", &mut Vec::new());
    reference.page
}

const INTRODUCTION: &str = "\
# Configuration reference

Every key of a `spot-config.yaml`, generated from the JSON Schema (`spotgen schema`). `spotgen explain spec.descheduler`
prints the same for one key in the terminal. Keys that are not marked as required are optional.
`golden/everything/spot-config.yaml` sets every key once.

In a path, `[]` stands for any item of a list, and `*` for a name that you choose.
";

/// The reference while it is written.
struct Reference<'a> {
    walker: Walker<'a>,
    page: String,
    /// The path of the section that describes a type, by the name of the type.
    sections: IndexMap<&'a str, String>,
}

impl<'a> Reference<'a> {
    /// The keys of a map, each followed by the sections of the maps below it.
    fn section(&mut self, schema: &'a Value, title: &str, path: &mut Vec<String>) {
        let level = "#".repeat((path.len() + 1).clamp(2, 5));
        let _ = write!(self.page, "\n{level} {title}\n");
        if let Some(about) = self.walker.type_description(schema) {
            let _ = write!(self.page, "\n{}\n", wrapped(about, WIDTH, 0, 0));
        }
        self.page.push('\n');
        let required = self.walker.find(schema, "required");
        let is_required = |key: &str| {
            let keys = required.and_then(Value::as_array);
            keys.is_some_and(|keys| keys.iter().any(|required| required == key))
        };
        let mut below = Vec::new();
        for (key, property) in self.walker.properties(schema).into_iter().flatten() {
            let mut step = key.clone();
            if let Some(inner) = self.walker.map_within(property, &mut step) {
                // A type that several keys have is described where the first of them is.
                let name = type_name(inner).expect("a map with fixed keys is a type");
                if let Entry::Vacant(entry) = self.sections.entry(name) {
                    path.push(step);
                    entry.insert(path.join("."));
                    below.extend(path.pop().map(|step| (step, inner)));
                }
            }
            self.key(key, property, is_required(key));
        }
        for (step, inner) in below {
            path.push(step);
            let title = path.join(".");
            self.section(inner, &title, path);
            path.pop();
        }
    }

    /// One key of a map.
    fn key(&mut self, key: &str, property: &'a Value, is_required: bool) {
        let description = property.get("description").and_then(Value::as_str);
        let description =
            description.unwrap_or_else(|| panic!("the key `{key}` has no description"));
        let described = Described::from(description);
        let required = if is_required { ", required" } else { "" };
        let _ = writeln!(
            self.page,
            "- **`{key}`** ({}{required})\\\n{}",
            self.walker.kind(property),
            indented(described.text)
        );
        for branch in self.walker.branches(property) {
            let word = branch.get("const").and_then(Value::as_str);
            let about = branch.get("description").and_then(Value::as_str);
            if let (Some(word), Some(about)) = (word, about) {
                let item = wrapped(&format!("`{word}`: {about}"), WIDTH, 4, 4);
                let _ = writeln!(self.page, "  - {item}");
            }
        }
        for (name, value) in [
            ("Default", described.default),
            ("Example", described.example),
        ] {
            if let Some(value) = value {
                let item = wrapped(&format!("{name}: {value}"), WIDTH, 4, 4);
                let _ = writeln!(self.page, "  - {item}");
            }
        }
        let mut inside = String::new();
        let inner = self.walker.map_within(property, &mut inside);
        let described = inner
            .and_then(type_name)
            .and_then(|name| self.sections.get(name));
        if let Some(title) = described {
            let _ = writeln!(self.page, "  - Keys: [`{title}`](#{})", anchor(title));
        }
    }
}

const WIDTH: usize = 118;

fn indented(text: &str) -> String {
    format!("  {}", wrapped(text, WIDTH, 2, 2))
}

/// As Markdown renderers make it of a heading.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '-' | '_');
    heading.to_lowercase().chars().filter(kept).collect()
}

/// The name of the type that a schema refers to.
fn type_name(schema: &Value) -> Option<&str> {
    let reference = schema.get("$ref").and_then(Value::as_str)?;
    reference.rsplit('/').next()
}

/// A description, taken apart at the words by which it announces a default and an example.
struct Described<'a> {
    text: &'a str,
    default: Option<&'a str>,
    example: Option<&'a str>,
}

impl<'a> From<&'a str> for Described<'a> {
    fn from(description: &'a str) -> Self {
        let split = |text: &'a str, word: &str| match text.split_once(word) {
            Some((before, after)) => (before, Some(after)),
            None => (text, None),
        };
        let (before, example) = split(description, " Example: ");
        let (text, default) = split(before, " Default: ");
        Self {
            text,
            default,
            example,
        }
    }
}

struct Walker<'a> {
    root: &'a Value,
}

impl<'a> Walker<'a> {
    fn knows(&self, key: Option<&&str>) -> bool {
        key.is_some_and(|key| property(self.root, self.root, key).is_some())
    }

    fn page(&self, keys: &[&str]) -> Result<Page, Failure> {
        let mut schema = self.root;
        let mut path = String::new();
        let mut keys = keys.iter().peekable();
        while let Some(key) = keys.next() {
            let is_last = keys.peek().is_none();
            schema = self.below(schema, key, is_last, &mut path)?;
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
        Ok(Page { path, text: page })
    }

    /// The schema of a key's value. In a list, the key may belong to an item, or be the number of one or, before further
    /// keys, its name. In a map, users choose it freely.
    fn below(
        &self,
        schema: &'a Value,
        key: &str,
        is_last: bool,
        path: &mut String,
    ) -> Result<&'a Value, Failure> {
        if let Some(property) = property(self.root, schema, key) {
            let dot = if path.is_empty() { "" } else { "." };
            let _ = write!(path, "{dot}{key}");
            return Ok(property);
        }
        if let Some(items) = self.find(schema, "items") {
            path.push_str("[]");
            let is_key = property(self.root, items, key).is_some();
            let is_number = key.bytes().all(|byte| byte.is_ascii_digit());
            return if !is_key && (is_number || !is_last) {
                Ok(items)
            } else {
                self.below(items, key, is_last, path)
            };
        }
        if let Some(values) = self
            .find(schema, "additionalProperties")
            .filter(|found| found.is_object())
        {
            path.push_str(".*");
            return Ok(values);
        }
        Err(self.unknown(schema, key, path))
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
            None if known.is_empty() => failure,
            None => failure.help(format!("known keys: {}", known.join(", "))),
        }
    }

    fn branches(&self, schema: &'a Value) -> Vec<&'a Value> {
        alternatives(self.root, schema)
    }

    fn find(&self, schema: &'a Value, keyword: &str) -> Option<&'a Value> {
        self.branches(schema)
            .into_iter()
            .find_map(|branch| branch.get(keyword))
    }

    fn properties(&self, schema: &'a Value) -> Option<&'a Map<String, Value>> {
        self.find(schema, "properties").and_then(Value::as_object)
    }

    fn description(&self, schema: &'a Value) -> Option<&'a str> {
        self.find(schema, "description").and_then(Value::as_str)
    }

    /// What the type that a schema refers to says of itself.
    fn type_description(&self, schema: &'a Value) -> Option<&'a str> {
        let branches = self.branches(schema).into_iter();
        let mut described = branches.filter(|branch| branch.get("properties").is_some());
        described.next()?.get("description").and_then(Value::as_str)
    }

    /// The schema of the map with fixed keys that a value is or contains; `title` gets the path to it.
    fn map_within(&self, schema: &'a Value, title: &mut String) -> Option<&'a Value> {
        let referring = |schema: &'a Value| {
            let branches = self.branches(schema).into_iter();
            let mut types = branches.filter(|branch| type_name(branch).is_some());
            types.find(|branch| self.properties(branch).is_some())
        };
        if let Some(map) = referring(schema) {
            return Some(map);
        }
        if let Some(items) = self.find(schema, "items") {
            title.push_str("[]");
            return referring(items);
        }
        let values = self.find(schema, "additionalProperties")?;
        title.push_str(".*");
        referring(values)
    }

    /// The type of a value with that of its items, or its range.
    fn kind(&self, schema: &'a Value) -> String {
        let mut kind = self.takes(schema);
        let bound = |keyword: &str| self.find(schema, keyword).and_then(Value::as_i64);
        if let (Some(min), Some(max)) = (bound("minimum"), bound("maximum"))
            && max < i64::from(i32::MAX)
        {
            let range = format!("a whole number from {min} to {max}");
            kind = kind.replace("a whole number", &range);
        }
        let items = self.find(schema, "items").map(|items| self.takes(items));
        match items {
            Some(items) if kind == "a list" => format!("a list, each item {items}"),
            _ => kind,
        }
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
    use super::{Described, explain, reference};

    #[test]
    fn descriptions_are_taken_apart() {
        let described =
            Described::from("Name of it. Default: none. At least 1. Example: `{a: b}`.");
        assert_eq!(described.text, "Name of it.");
        assert_eq!(described.default, Some("none. At least 1."));
        assert_eq!(described.example, Some("`{a: b}`."));
    }

    #[test]
    fn a_type_of_several_keys_is_described_once() {
        let page = reference();
        assert_eq!(page.matches("- **`maxSkew`**").count(), 1, "{page}");
        let link = "  - Keys: [`spec.classes.*.placement`](#specclassesplacement)\n";
        assert!(page.matches(link).count() > 2, "{page}");
    }

    fn page(path: &str) -> String {
        let page = explain(path).unwrap_or_else(|failure| panic!("{}", failure.message));
        assert!(page.text.starts_with(&format!("# {}\n", page.path)));
        page.text
    }

    #[test]
    fn keys_are_found_by_their_path() {
        for path in [
            "spec.descheduler.interval",
            "descheduler.interval",
            "/spec/descheduler/interval",
        ] {
            let page = page(path);
            assert!(page.starts_with("# spec.descheduler.interval\n"), "{page}");
            assert!(page.contains("Default: 5m"), "{page}");
        }
        for path in [
            "spec.nodePools.nodes.max",
            "spec.nodePools[].nodes.max",
            "nodePools.spot1.nodes.max",
            "spec.nodePools.0.nodes.max",
        ] {
            let page = page(path);
            assert!(page.starts_with("# spec.nodePools[].nodes.max\n"), "{page}");
        }
        assert!(page("spec.classes.web.placement.spot").contains("`Preferred`"));
        assert!(page("spec.nodePools.0").starts_with("# spec.nodePools[]\n"));
    }

    #[test]
    fn what_could_be_meant_is_said() {
        for (path, message, help) in [
            (
                "spec.deschedular.interval",
                "unknown key `deschedular` in spec",
                "did you mean `descheduler`?",
            ),
            (
                "spec.workloads.hpa",
                "unknown key `hpa` in spec.workloads[]",
                "did you mean `autoscaling`?",
            ),
            (
                "nodePools.spot1.minCount",
                "unknown key `minCount` in spec.nodePools[]",
                "did you mean `nodes.min`?",
            ),
            (
                "spec.workloads.web",
                "unknown key `web` in spec.workloads[]",
                "known keys: name, namespace, kind, selector, replicas, autoscaling, requests, class, placement, \
                 disruptionBudget, terminationGracePeriodSeconds, nodeLossTolerationSeconds",
            ),
        ] {
            let failure = explain(path).expect_err("there is no such key");
            assert_eq!(failure.message, message);
            assert_eq!(failure.help.as_deref(), Some(help));
        }
    }

    #[test]
    fn every_key_has_a_description() {
        let mut paths = vec!["apiVersion".to_owned(), "kind".to_owned()];
        let sections = reference();
        let mut section = String::new();
        for line in sections.lines() {
            if let Some((_, title)) = line.split_once("# ") {
                section = title.replace(".*", ".any");
            } else if let Some(key) = line.strip_prefix("- **`") {
                let (key, _) = key.split_once('`').expect("a key ends");
                paths.push(format!("{section}.{key}").replace("SpotConfig.", ""));
            }
        }
        assert!(paths.len() > 100, "{paths:?}");
        for path in paths {
            let text = page(&path);
            let second = text.lines().nth(4).unwrap_or_default();
            assert!(second.ends_with('.'), "{path}: {text}");
        }
    }
}
