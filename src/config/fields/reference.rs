//! The reference of all keys, in Markdown.

use std::fmt::Write as _;

use indexmap::IndexMap;
use indexmap::map::Entry;
use serde_json::Value;

use super::super::described::Described;
use super::super::schema::strict_schema;
use super::walker::{Walker, type_name};
use crate::values::wrap::wrapped;

/// Every key of the configuration with its type, default, example and description, in Markdown.
///
/// # Panics
/// If a key has no description.
pub fn reference() -> String {
    let schema: Value = strict_schema();
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

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_type_of_several_keys_is_described_once() {
        let page = reference();
        assert_eq!(page.matches("- **`maxSkew`**").count(), 1, "{page}");
        let link = "  - Keys: [`spec.classes.*.placement`](#specclassesplacement)\n";
        assert!(page.matches(link).count() > 2, "{page}");
    }
}
