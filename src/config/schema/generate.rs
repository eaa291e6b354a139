//! Generates the schema from the types.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use serde_json::{Value, json};

use super::super::spot_config::SpotConfig;
use super::nulls::with_nulls;
use super::values::add_values;
use crate::values::explain_pattern;

/// The schema generated from the types, in JSON.
pub(super) fn generate_schema() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(WithoutNull);
    let mut schema = settings
        .into_generator()
        .into_root_schema_for::<SpotConfig>();
    schema.insert(
        "$id".into(),
        json!("https://spotgen.dev/schemas/spot-config.v1alpha1.schema.json"),
    );
    let mut schema = schema.to_value();
    add_values(&mut schema);
    with_nulls(&mut schema);
    let schema = Schema::try_from(schema).expect("a map is a schema");
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is plain JSON");
    text.push('\n');
    text
}

/// Removes `null` from the schema, for error messages stay short without it. `with_nulls` adds it again, for editors.
#[derive(Clone, Debug)]
struct WithoutNull;

impl Transform for WithoutNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|kind| kind != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".into(), only);
            }
        }
        if let Some(Value::Array(variants)) = schema.get_mut("enum") {
            variants.retain(|variant| !variant.is_null());
        }
        if let Some(Value::Array(variants)) = schema.get_mut("anyOf") {
            variants.retain(|variant| variant.get("type").is_none_or(|kind| kind != "null"));
            if let [Value::Object(only)] = variants.as_slice() {
                let only = only.clone();
                schema.remove("anyOf");
                for (key, value) in only {
                    if schema.get(&key).is_none() {
                        schema.insert(key, value);
                    }
                }
            }
        }
        if schema
            .get("default")
            .is_some_and(|default| default.is_null() || is_empty(default))
        {
            schema.remove("default");
        }
        name_keys(schema);
        if let Some(Value::String(description)) = schema.get_mut("description") {
            *description = description.replace('\n', " ");
        }
        // Widths of Rust's integers mean nothing to an editor.
        schema.remove("format");
    }
}

/// Describes the keys of a map so that an error about them is clear: a key that does not match the pattern is reported
/// as malformed, not as unknown.
fn name_keys(schema: &mut Schema) {
    let Some(Value::Object(patterns)) = schema.get("patternProperties") else {
        return;
    };
    let Some((pattern, values)) = patterns
        .iter()
        .next()
        .map(|(pattern, values)| (pattern.clone(), values.clone()))
    else {
        return;
    };
    let mut names = json!({"pattern": pattern});
    if let Some(grammar) = explain_pattern(&pattern) {
        names["maxLength"] = json!(grammar.max_length);
    }
    schema.remove("patternProperties");
    schema.insert("propertyNames".into(), names);
    schema.insert("additionalProperties".into(), values);
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}

#[cfg(test)]
mod tests {
    use super::super::SCHEMA_PATH;
    use super::super::nulls::without_nulls;
    use super::*;

    #[test]
    fn the_strict_schema_knows_no_null() {
        let mut schema = serde_json::from_str(&generate_schema()).expect("it is JSON");
        without_nulls(&mut schema);
        assert!(!schema.to_string().contains("\"null\""));
        let strict = schema.clone();
        with_nulls(&mut schema);
        without_nulls(&mut schema);
        assert_eq!(schema, strict);
    }

    /// The committed schema is read from disk: the embedded one is as old as the build.
    #[test]
    fn the_committed_schema_is_the_generated_one() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(SCHEMA_PATH);
        let generated = generate_schema();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(&path, &generated).expect("the schema can be written");
        }
        let committed = std::fs::read_to_string(&path).expect("the schema is committed");
        assert!(
            committed == generated,
            "{SCHEMA_PATH} is not what the types say: run `UPDATE_GOLDEN=1 cargo test --no-fail-fast`"
        );
    }
}
