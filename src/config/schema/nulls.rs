//! A key without a value counts as left out, and removes the value of an earlier file: `spotgen check` takes it, so editors
//! have to take it too. All other readers of the schema never see one, for merging has removed it.

use serde_json::{Map, Value, json};

const NULL: &str = "null";

/// Accepts `null` for every key that may be left out.
#[cfg(test)]
pub(super) fn with_nulls(schema: &mut Value) {
    each_optional(schema, &mut |key| {
        if let Some(name) = key.shift_remove("$ref") {
            key.insert("anyOf".into(), json!([{"$ref": name}, {"type": NULL}]));
            return;
        }
        match key.get_mut("type") {
            Some(Value::Array(types)) => types.push(json!(NULL)),
            Some(kind) => *kind = json!([kind.take(), NULL]),
            None => {}
        }
        if let Some(Value::Array(values)) = key.get_mut("enum") {
            values.push(Value::Null);
        }
        for either in ["anyOf", "oneOf"] {
            if let Some(Value::Array(variants)) = key.get_mut(either) {
                variants.push(json!({"type": NULL}));
            }
        }
    });
}

/// The reverse.
pub(super) fn without_nulls(schema: &mut Value) {
    each_optional(schema, &mut |key| {
        for either in ["anyOf", "oneOf"] {
            let Some(Value::Array(variants)) = key.get_mut(either) else {
                continue;
            };
            variants.retain(|variant| *variant != json!({"type": NULL}));
            if let [Value::Object(only)] = variants.as_slice()
                && let Some(name) = only.get("$ref").cloned()
            {
                key.shift_remove(either);
                key.insert("$ref".into(), name);
            }
        }
        if let Some(kind) = key.get_mut("type")
            && let Value::Array(types) = kind
        {
            types.retain(|kind| kind != NULL);
            if let [only] = types.as_slice() {
                *kind = only.clone();
            }
        }
        if let Some(Value::Array(values)) = key.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
    });
}

/// Every schema of a key that is not required, or that users choose.
fn each_optional(schema: &mut Value, then: &mut impl FnMut(&mut Map<String, Value>)) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| each_optional(item, then)),
        Value::Object(entries) => {
            // What is found within is changed before what it is in.
            for (keyword, inner) in entries.iter_mut() {
                // Values, not schemas.
                if !matches!(keyword.as_str(), "default" | "examples" | "enum" | "const") {
                    each_optional(inner, then);
                }
            }
            let required = entries.get("required").and_then(Value::as_array).cloned();
            let required = required.unwrap_or_default();
            if let Some(Value::Object(keys)) = entries.get_mut("properties") {
                for (name, key) in keys {
                    if let Value::Object(key) = key
                        && !required.iter().any(|own| own == name)
                    {
                        then(key);
                    }
                }
            }
            if let Some(Value::Object(values)) = entries.get_mut("additionalProperties") {
                then(values);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{with_nulls, without_nulls};

    #[test]
    fn what_may_be_left_out_may_be_null_and_back() {
        let strict = json!({
            "properties": {
                "name": {"type": "string"},
                "pools": {"type": "array", "items": {"type": "string"}, "default": []},
                "kind": {"type": "string", "enum": ["a", "b"]},
                "amount": {"type": ["string", "integer"]},
                "part": {"$ref": "#/$defs/Part", "description": "A part."},
                "one": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            },
            "required": ["name"],
            "$defs": {"Part": {"type": "object", "additionalProperties": {"type": "string"}}},
        });
        let mut schema = strict.clone();
        with_nulls(&mut schema);
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for key in ["pools", "kind", "amount", "part", "one"] {
            let mut value = json!({"name": "x"});
            value[key] = Value::Null;
            assert!(validator.is_valid(&value), "{value}");
        }
        assert!(validator.is_valid(&json!({"name": "x", "part": {"any": null}})));
        for wrong in [json!({"name": null}), json!({"name": "x", "pools": [null]})] {
            assert!(!validator.is_valid(&wrong), "{wrong}");
        }
        without_nulls(&mut schema);
        assert_eq!(schema, strict);
    }
}
