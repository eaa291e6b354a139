//! Text that YAML readers interpret differently: suggests how to write it, which depends on the schema.

use std::collections::HashMap;

use serde_json::Value as Schema;

use super::schema::SCHEMA;
use crate::diagnostic::{Diagnostic, Report};
use crate::load::Document;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// Replaces the help of each such finding with one that fits the type expected at its location. Findings at locations
/// that the schema does not know keep their help.
pub(crate) fn suit_help(document: &Document<'_>, report: &mut Report) {
    let mut found: HashMap<Span, Vec<&mut Diagnostic>> = HashMap::new();
    for diagnostic in report.iter_mut() {
        if let Some(location) = diagnostic.location
            && says_two_meanings(diagnostic, document.sources.slice(location))
        {
            found.entry(location).or_default().push(diagnostic);
        }
    }
    if !found.is_empty() {
        let root = branches(&SCHEMA);
        let mut advice = Advice { document, found };
        advice.walk(&document.root, &root);
    }
}

/// Other findings of the reader can have the same location, such as an anchor before the text.
fn says_two_meanings(diagnostic: &Diagnostic, written: &str) -> bool {
    diagnostic.rule == "yaml"
        && diagnostic
            .message
            .starts_with(&format!("`{written}` is ambiguous"))
}

struct Advice<'r, 'd> {
    document: &'d Document<'d>,
    found: HashMap<Span, Vec<&'r mut Diagnostic>>,
}

impl Advice<'_, '_> {
    fn walk(&mut self, node: &Node<'_>, schemas: &[&'static Schema]) {
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    self.advise(entry.key_span, key_takes(schemas));
                    self.walk(&entry.value, &below(schemas, &entry.key));
                }
            }
            Value::Sequence(items) => {
                let below: Vec<&Schema> = schemas
                    .iter()
                    .filter_map(|schema| schema.get("items"))
                    .flat_map(branches)
                    .collect();
                for item in items {
                    self.walk(item, &below);
                }
            }
            _ => self.advise(node.span, takes(schemas)),
        }
    }

    fn advise(&mut self, location: Span, takes: Option<Takes>) {
        let Some(takes) = takes else { return };
        let written = self.document.sources.slice(location);
        for diagnostic in self.found.remove(&location).into_iter().flatten() {
            diagnostic.help = vec![takes.help(written)];
        }
    }
}

/// The type that is expected at a location.
enum Takes {
    Text,
    /// One of these.
    Word(Vec<&'static str>),
    Boolean,
    Number,
    List,
    Map,
}

impl Takes {
    fn help(&self, written: &str) -> String {
        match self {
            Self::Text => format!("add quotes: \"{written}\""),
            Self::Word(words) => format!("write `{}`", words.join("` or `")),
            Self::Boolean => match written.to_ascii_lowercase().as_str() {
                "y" | "yes" | "on" => "write `true`".to_owned(),
                "n" | "no" | "off" => "write `false`".to_owned(),
                _ => "write `true` or `false`".to_owned(),
            },
            Self::Number => decimal(written),
            Self::List => "write a list here".to_owned(),
            Self::Map => "write a map here".to_owned(),
        }
    }
}

/// How to write a number so that all readers agree on it.
fn decimal(written: &str) -> String {
    let plain = written.replace('_', "");
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", plain.trim_start_matches('+')),
    };
    let of_base = |base, digits: &str| u64::from_str_radix(digits, base).ok();
    let in_other_base = [("0o", 8), ("0b", 2), ("0x", 16), ("0X", 16)]
        .iter()
        .find_map(|(prefix, base)| of_base(*base, digits.strip_prefix(prefix)?));
    if let Some(value) = in_other_base {
        return format!("write {sign}{value}");
    }
    match (of_base(10, digits), digits.strip_prefix('0')) {
        (Some(value), Some(octal)) => match of_base(8, octal).filter(|other| *other != value) {
            Some(other) => format!("write {sign}{value}, or {sign}{other} if octal is meant"),
            None => format!("write {sign}{value}"),
        },
        (Some(value), None) => format!("write {sign}{value}"),
        (None, _) => "write a decimal number".to_owned(),
    }
}

/// A schema with its references resolved and its alternatives listed.
fn branches(schema: &'static Schema) -> Vec<&'static Schema> {
    let referenced = schema
        .get("$ref")
        .and_then(Schema::as_str)
        .and_then(|path| SCHEMA.pointer(path.strip_prefix('#')?));
    let alternatives = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array());
    let further = referenced
        .into_iter()
        .chain(alternatives.flatten())
        .flat_map(branches);
    std::iter::once(schema).chain(further).collect()
}

/// The schemas of the value under a key.
fn below(schemas: &[&'static Schema], key: &str) -> Vec<&'static Schema> {
    schemas
        .iter()
        .filter_map(|schema| {
            let property = schema.get("properties").and_then(|known| known.get(key));
            property.or_else(|| schema.get("additionalProperties"))
        })
        .flat_map(branches)
        .collect()
}

/// The type of a key, if users choose the keys.
fn key_takes(schemas: &[&'static Schema]) -> Option<Takes> {
    let pattern = schemas
        .iter()
        .find_map(|schema| schema.get("propertyNames")?.get("pattern")?.as_str())?;
    let is_number = pattern.starts_with("^[1-9]");
    Some(if is_number {
        Takes::Number
    } else {
        Takes::Text
    })
}

/// The type expected at a location, if there is only one. Text of a fixed form (`None`, `25%`, `4Gi`) beside a number
/// does not count: nobody writes a number and means such a text.
fn takes(schemas: &[&'static Schema]) -> Option<Takes> {
    let has = |schema: &Schema, name: &str| match schema.get("type") {
        Some(Schema::String(only)) => only == name,
        Some(Schema::Array(several)) => several.iter().any(|one| one == name),
        _ => false,
    };
    let takes = |name: &str| schemas.iter().any(|schema| has(schema, name));
    let is_free = |schema: &&&Schema| has(schema, "string") && schema.get("pattern").is_none();
    let is_number = takes("integer") || takes("number");
    let texts = schemas.iter().filter(|schema| has(schema, "string"));
    let words: Option<Vec<Vec<&str>>> = texts.map(|schema| words_of(schema)).collect();
    match (takes("string"), takes("boolean"), is_number) {
        (true, false, false) => Some(match words {
            Some(words) => Takes::Word(words.into_iter().flatten().collect()),
            None => Takes::Text,
        }),
        (false, true, false) => Some(Takes::Boolean),
        (false, false, true) => Some(Takes::Number),
        (true, false, true) if !schemas.iter().any(|schema| is_free(&schema)) => {
            Some(Takes::Number)
        }
        (false, false, false) if takes("array") => Some(Takes::List),
        (false, false, false) if takes("object") => Some(Takes::Map),
        _ => None,
    }
}

/// The words that a text is chosen from; none where it may be any.
fn words_of(schema: &'static Schema) -> Option<Vec<&'static str>> {
    let listed = schema.get("enum").and_then(Schema::as_array);
    let one = schema.get("const").and_then(Schema::as_str);
    match (listed, one) {
        (Some(listed), _) => Some(listed.iter().filter_map(Schema::as_str).collect()),
        (None, Some(one)) => Some(vec![one]),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decimal;

    #[test]
    fn numbers_are_written_in_decimal() {
        for (written, help) in [
            ("0o17", "write 15"),
            ("0b11", "write 3"),
            ("-0o17", "write -15"),
            ("0755", "write 755, or 493 if octal is meant"),
            ("007", "write 7"),
            ("0789", "write 789"),
            ("1_000", "write 1000"),
            ("+1_0", "write 10"),
            ("1:30", "write a decimal number"),
            ("2024-01-01", "write a decimal number"),
            ("on", "write a decimal number"),
        ] {
            assert_eq!(decimal(written), help, "{written}");
        }
    }
}
