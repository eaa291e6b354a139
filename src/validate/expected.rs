//! What the schema expects at a location of the document.

use serde_json::Value as Schema;

use super::json_schema::SCHEMA;
use crate::config::alternatives::{alternatives, words_of};
use crate::diagnostic::Pointer;

/// The type that is expected at a location.
pub(super) enum Takes {
    Text,
    /// One of these.
    Word(Vec<&'static str>),
    Boolean,
    Number,
    List,
    Map,
}

/// A schema with its references resolved and its alternatives listed.
pub(super) fn branches(schema: &'static Schema) -> Vec<&'static Schema> {
    alternatives(&SCHEMA, schema)
}

/// The schemas of the value at a location; the first is that of its key, with its description.
pub(super) fn at(pointer: &Pointer) -> Vec<&'static Schema> {
    pointer.segments().fold(branches(&SCHEMA), |schemas, key| {
        let is_index = key.parse::<usize>().is_ok();
        if is_index && schemas.iter().any(|schema| schema.get("items").is_some()) {
            items(&schemas)
        } else {
            below(&schemas, &key)
        }
    })
}

/// The schemas of the value under a key.
pub(super) fn below(schemas: &[&'static Schema], key: &str) -> Vec<&'static Schema> {
    schemas
        .iter()
        .filter_map(|schema| {
            let property = schema.get("properties").and_then(|known| known.get(key));
            property.or_else(|| schema.get("additionalProperties"))
        })
        .flat_map(branches)
        .collect()
}

/// The schemas of the items of a list.
pub(super) fn items(schemas: &[&'static Schema]) -> Vec<&'static Schema> {
    let items = schemas.iter().filter_map(|schema| schema.get("items"));
    items.flat_map(branches).collect()
}

/// The type of a key, if users choose the keys.
pub(super) fn key_takes(schemas: &[&'static Schema]) -> Option<Takes> {
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
pub(super) fn takes(schemas: &[&'static Schema]) -> Option<Takes> {
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
