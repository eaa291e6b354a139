//! Finds the way through the schema.

use serde_json::{Map, Value};

use super::super::alternatives::alternatives;

pub(super) struct Walker<'a> {
    pub(super) root: &'a Value,
}

impl<'a> Walker<'a> {
    pub(super) fn branches(&self, schema: &'a Value) -> Vec<&'a Value> {
        alternatives(self.root, schema)
    }

    pub(super) fn find(&self, schema: &'a Value, keyword: &str) -> Option<&'a Value> {
        self.branches(schema)
            .into_iter()
            .find_map(|branch| branch.get(keyword))
    }

    pub(super) fn properties(&self, schema: &'a Value) -> Option<&'a Map<String, Value>> {
        self.find(schema, "properties").and_then(Value::as_object)
    }

    pub(super) fn description(&self, schema: &'a Value) -> Option<&'a str> {
        self.find(schema, "description").and_then(Value::as_str)
    }

    /// What the type that a schema refers to says of itself.
    pub(super) fn type_description(&self, schema: &'a Value) -> Option<&'a str> {
        let branches = self.branches(schema).into_iter();
        let mut described = branches.filter(|branch| branch.get("properties").is_some());
        described.next()?.get("description").and_then(Value::as_str)
    }

    /// The schema of the map with fixed keys that a value is or contains; `title` gets the path to it.
    pub(super) fn map_within(&self, schema: &'a Value, title: &mut String) -> Option<&'a Value> {
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
    pub(super) fn kind(&self, schema: &'a Value) -> String {
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
    pub(super) fn takes(&self, schema: &'a Value) -> String {
        takes(self.root, schema).join(" or ")
    }
}

/// What a value can be, each in words.
pub(crate) fn takes(root: &Value, schema: &Value) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for branch in alternatives(root, schema) {
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
        words.extend(types.into_iter().map(|name| type_word(name).to_owned()));
    }
    words.dedup();
    words
}

/// What a type of JSON Schema is called.
pub(crate) fn type_word(name: &str) -> &str {
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

/// The name of the type that a schema refers to.
pub(super) fn type_name(schema: &Value) -> Option<&str> {
    let reference = schema.get("$ref").and_then(Value::as_str)?;
    reference.rsplit('/').next()
}
