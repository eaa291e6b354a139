//! Compares a value with the schema of the configuration.
//!
//! It knows only the keywords that this schema uses. A validator for all of JSON Schema took longer to compile than any other
//! dependency; a test compares the two.

use foldhash::HashMap;
use regex::Regex;
use serde_json::{Map, Value};

use super::super::json_schema::SCHEMA;
use super::mismatch::{Keyword, Mismatch};
use crate::diagnostic::Pointer;

/// Everything that the schema refuses in a document.
pub(super) fn mismatches(document: &Value) -> Vec<Mismatch<'_>> {
    let mut walk = Walk::default();
    walk.value(document, &SCHEMA, &Pointer::root());
    walk.found
}

#[derive(Default)]
struct Walk<'v> {
    found: Vec<Mismatch<'v>>,
    patterns: HashMap<&'static str, Regex>,
}

impl<'v> Walk<'v> {
    /// Cheap keywords first, those that look deeper last: the same order at every value.
    fn value(&mut self, value: &'v Value, schema: &'static Value, at: &Pointer) {
        let Value::Object(keywords) = schema else {
            return;
        };
        if !is_of_type(value, keywords) {
            self.add(value, schema, at, Keyword::Type);
        }
        if keywords.get("const").is_some_and(|only| only != value) {
            self.add(value, schema, at, Keyword::Const);
        }
        let words = keywords.get("enum").and_then(Value::as_array);
        if words.is_some_and(|words| !words.contains(value)) {
            self.add(value, schema, at, Keyword::Enum);
        }
        match value {
            Value::Number(_) => self.number(value, schema, at),
            Value::String(text) => {
                for keyword in self.wrong_text(text, schema) {
                    self.add(value, schema, at, keyword);
                }
            }
            Value::Array(items) => self.array(value, items, schema, at),
            Value::Object(members) => self.object(value, members, schema, at),
            Value::Null | Value::Bool(_) => {}
        }
        self.alternatives(value, schema, at);
        if let Some(referenced) = referenced(keywords) {
            self.value(value, referenced, at);
        }
    }

    fn add(
        &mut self,
        value: &'v Value,
        schema: &'static Value,
        at: &Pointer,
        keyword: Keyword<'v>,
    ) {
        self.found.push(Mismatch {
            at: at.clone(),
            value,
            keyword,
            schema,
        });
    }

    fn number(&mut self, value: &'v Value, schema: &'static Value, at: &Pointer) {
        let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
        let number = value.as_f64().unwrap_or_default();
        if bound("minimum").is_some_and(|minimum| number < minimum) {
            self.add(value, schema, at, Keyword::Minimum);
        }
        if bound("maximum").is_some_and(|maximum| number > maximum) {
            self.add(value, schema, at, Keyword::Maximum);
        }
    }

    /// The keywords that refuse a text, or the name of a key.
    fn wrong_text(&mut self, text: &str, schema: &'static Value) -> Vec<Keyword<'v>> {
        let mut wrong = Vec::new();
        let longest = schema.get("maxLength").and_then(Value::as_u64);
        if longest.is_some_and(|longest| text.chars().count() as u64 > longest) {
            wrong.push(Keyword::MaxLength);
        }
        let pattern = schema.get("pattern").and_then(Value::as_str);
        if pattern.is_some_and(|pattern| !self.regex(pattern).is_match(text)) {
            wrong.push(Keyword::Pattern);
        }
        wrong
    }

    fn regex(&mut self, pattern: &'static str) -> &Regex {
        self.patterns.entry(pattern).or_insert_with(|| {
            Regex::new(pattern).expect("a test compiles every pattern of the schema")
        })
    }

    fn array(
        &mut self,
        value: &'v Value,
        items: &'v [Value],
        schema: &'static Value,
        at: &Pointer,
    ) {
        let limit = |keyword: &str| schema.get(keyword).and_then(Value::as_u64);
        let count = items.len() as u64;
        if let Some(least) = limit("minItems").filter(|least| count < *least) {
            self.add(value, schema, at, Keyword::MinItems(least));
        }
        if let Some(most) = limit("maxItems").filter(|most| count > *most) {
            self.add(value, schema, at, Keyword::MaxItems(most));
        }
        if let Some(each) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.value(item, each, &at.child(index));
            }
        }
    }

    fn object(
        &mut self,
        value: &'v Value,
        members: &'v Map<String, Value>,
        schema: &'static Value,
        at: &Pointer,
    ) {
        let required = schema.get("required").and_then(Value::as_array);
        for key in required.into_iter().flatten().filter_map(Value::as_str) {
            if !members.contains_key(key) {
                self.add(value, schema, at, Keyword::Required(key));
            }
        }
        let known = schema.get("properties");
        let others = schema.get("additionalProperties");
        let mut unknown = Vec::new();
        for (key, member) in members {
            let known = known.and_then(|known| known.get(key));
            match known.or(others) {
                Some(Value::Bool(false)) => unknown.push(key.as_str()),
                Some(schema) => self.value(member, schema, &at.child(key)),
                None => {}
            }
        }
        if !unknown.is_empty() {
            let keyword = Keyword::AdditionalProperties(unknown);
            self.add(value, schema, at, keyword);
        }
        if let Some(names) = schema.get("propertyNames") {
            for key in members.keys() {
                for _ in self.wrong_text(key, names) {
                    self.add(value, schema, at, Keyword::PropertyNames(key, names));
                }
            }
        }
    }

    fn alternatives(&mut self, value: &'v Value, schema: &'static Value, at: &Pointer) {
        if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
            let refused = self.refused(value, branches, at);
            if refused.iter().all(|found| !found.is_empty()) {
                self.add(value, schema, at, Keyword::AnyOf(refused));
            }
        }
        if let Some(branches) = schema.get("oneOf").and_then(Value::as_array) {
            let refused = self.refused(value, branches, at);
            if refused.iter().filter(|found| found.is_empty()).count() != 1 {
                self.add(value, schema, at, Keyword::OneOf);
            }
        }
    }

    /// What each branch refuses in a value.
    fn refused(
        &mut self,
        value: &'v Value,
        branches: &'static [Value],
        at: &Pointer,
    ) -> Vec<Vec<Mismatch<'v>>> {
        let before = std::mem::take(&mut self.found);
        let refused = branches.iter().map(|branch| {
            self.value(value, branch, at);
            std::mem::take(&mut self.found)
        });
        let refused = refused.collect();
        self.found = before;
        refused
    }
}

fn is_of_type(value: &Value, keywords: &Map<String, Value>) -> bool {
    let is = |name: &Value| match (name.as_str().unwrap_or_default(), value) {
        ("string", Value::String(_))
        | ("boolean", Value::Bool(_))
        | ("array", Value::Array(_))
        | ("object", Value::Object(_))
        | ("null", Value::Null)
        | ("number", Value::Number(_)) => true,
        // `3.0` is a whole number in JSON Schema.
        ("integer", Value::Number(number)) => {
            !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0)
        }
        _ => false,
    };
    match keywords.get("type") {
        Some(Value::Array(several)) => several.iter().any(is),
        Some(only) => is(only),
        None => true,
    }
}

/// What `$ref` stands for.
fn referenced(keywords: &Map<String, Value>) -> Option<&'static Value> {
    let path = keywords.get("$ref")?.as_str()?;
    SCHEMA.pointer(path.strip_prefix('#')?)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use jsonschema::error::ValidationErrorKind;
    use jsonschema::{PatternOptions, ValidationError, Validator};

    use super::*;
    use crate::mutants::{Dice, mutate};
    use crate::sample_size::sample_size;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    /// The keywords that are written in the schema, wherever it has a schema.
    fn keywords(schema: &'static Value, found: &mut BTreeSet<&'static str>) {
        for (keyword, inner) in schema.as_object().into_iter().flatten() {
            found.insert(keyword);
            match (keyword.as_str(), inner) {
                ("properties" | "$defs", Value::Object(named)) => {
                    for schema in named.values() {
                        keywords(schema, found);
                    }
                }
                ("items" | "additionalProperties" | "propertyNames", schema) => {
                    keywords(schema, found);
                }
                ("anyOf" | "oneOf", Value::Array(branches)) => {
                    for schema in branches {
                        keywords(schema, found);
                    }
                }
                _ => {}
            }
        }
    }

    /// A keyword that nobody compares would refuse nothing.
    #[test]
    fn every_keyword_of_the_schema_is_known() {
        let mut found = BTreeSet::new();
        keywords(&SCHEMA, &mut found);
        let says_nothing = [
            "$defs",
            "$id",
            "$schema",
            "default",
            "description",
            "examples",
            "title",
        ];
        let compared = [
            "$ref",
            "additionalProperties",
            "anyOf",
            "const",
            "enum",
            "items",
            "maxItems",
            "maxLength",
            "maximum",
            "minItems",
            "minimum",
            "oneOf",
            "pattern",
            "properties",
            "propertyNames",
            "required",
            "type",
        ];
        let known = says_nothing.into_iter().chain(compared).collect();
        assert_eq!(found, known);
    }

    type Found = Vec<(String, &'static str)>;

    fn own(mismatches: &[Mismatch<'_>], found: &mut Found) {
        for mismatch in mismatches {
            let name = match &mismatch.keyword {
                Keyword::Type => "type",
                Keyword::Const => "const",
                Keyword::Enum => "enum",
                Keyword::Minimum => "minimum",
                Keyword::Maximum => "maximum",
                Keyword::MaxLength => "maxLength",
                Keyword::MinItems(_) => "minItems",
                Keyword::MaxItems(_) => "maxItems",
                Keyword::Required(_) => "required",
                Keyword::Pattern => "pattern",
                Keyword::AdditionalProperties(_) => "additionalProperties",
                Keyword::PropertyNames(..) => "propertyNames",
                Keyword::AnyOf(branches) => {
                    for branch in branches {
                        own(branch, found);
                    }
                    "anyOf"
                }
                Keyword::OneOf => "oneOf",
            };
            found.push((mismatch.at.to_string(), name));
        }
    }

    fn theirs<'e>(errors: impl Iterator<Item = &'e ValidationError<'e>>, found: &mut Found) {
        for error in errors {
            let name = match error.kind() {
                ValidationErrorKind::Type { .. } => "type",
                ValidationErrorKind::Constant { .. } => "const",
                ValidationErrorKind::Enum { .. } => "enum",
                ValidationErrorKind::Minimum { .. } => "minimum",
                ValidationErrorKind::Maximum { .. } => "maximum",
                ValidationErrorKind::MaxLength { .. } => "maxLength",
                ValidationErrorKind::MinItems { .. } => "minItems",
                ValidationErrorKind::MaxItems { .. } => "maxItems",
                ValidationErrorKind::Required { .. } => "required",
                ValidationErrorKind::Pattern { .. } => "pattern",
                ValidationErrorKind::AdditionalProperties { .. } => "additionalProperties",
                ValidationErrorKind::PropertyNames { .. } => "propertyNames",
                ValidationErrorKind::AnyOf { context } => {
                    for branch in context {
                        theirs(branch.iter(), found);
                    }
                    "anyOf"
                }
                ValidationErrorKind::OneOfNotValid { .. }
                | ValidationErrorKind::OneOfMultipleValid { .. } => "oneOf",
                other => panic!("the schema has no such keyword: {other:?}"),
            };
            found.push((error.instance_path().as_str().to_owned(), name));
        }
    }

    fn compare(value: &Value, validator: &Validator) {
        let (mut found, mut expected) = (Found::new(), Found::new());
        own(&mismatches(value), &mut found);
        let errors: Vec<ValidationError<'_>> = validator.iter_errors(value).collect();
        theirs(errors.iter(), &mut expected);
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{value}");
    }

    fn configurations() -> Vec<Value> {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
        let mut found = Vec::new();
        for folder in [golden.join("invalid"), golden] {
            for case in fs::read_dir(folder).expect("the cases are there").flatten() {
                if let Ok(text) = fs::read_to_string(case.path().join("spot-config.yaml")) {
                    let parsed = yaml::parse(SourceId(0), &text, Dialect::Config);
                    found.extend(parsed.documents.first().map(yaml::Node::to_json));
                }
            }
        }
        found
    }

    /// Every mismatch, and those within the branches of each `anyOf`.
    #[test]
    fn a_general_validator_finds_the_same() {
        let validator = jsonschema::options()
            .with_pattern_options(PatternOptions::regex())
            .build(&SCHEMA)
            .expect("the schema is valid");
        let originals = configurations();
        assert!(originals.len() > 30, "{}", originals.len());
        for original in &originals {
            compare(original, &validator);
        }
        let mut dice = Dice(11);
        for round in 0..sample_size(1_000, 20_000) {
            let mut mutant = originals[round % originals.len()].clone();
            for _ in 0..=dice.roll(3) {
                mutate(&mut mutant, &mut dice);
            }
            compare(&mutant, &validator);
        }
    }
}
