//! A schema with everything that it refers to.

use serde_json::Value;

/// A schema with its references resolved and its alternatives listed.
pub(crate) fn alternatives<'s>(root: &'s Value, schema: &'s Value) -> Vec<&'s Value> {
    let referenced = schema
        .get("$ref")
        .and_then(Value::as_str)
        .and_then(|path| root.pointer(path.strip_prefix('#')?));
    let chosen = ["anyOf", "oneOf"]
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array());
    let further = referenced.into_iter().chain(chosen.flatten());
    let further = further.flat_map(|further| alternatives(root, further));
    std::iter::once(schema).chain(further).collect()
}

/// The schema of a key's value in a map of fixed keys.
pub(crate) fn property<'s>(root: &'s Value, map: &'s Value, key: &str) -> Option<&'s Value> {
    alternatives(root, map)
        .into_iter()
        .find_map(|schema| schema.get("properties")?.get(key))
}

/// The words that a text is chosen from; none where it may be any.
pub(crate) fn words_of(schema: &Value) -> Option<Vec<&str>> {
    let listed = schema.get("enum").and_then(Value::as_array);
    let one = schema.get("const").and_then(Value::as_str);
    match (listed, one) {
        (Some(listed), _) => Some(listed.iter().filter_map(Value::as_str).collect()),
        (None, one) => one.map(|one| vec![one]),
    }
}
