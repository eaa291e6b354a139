//! The JSON schema of the configuration: generated from its types by a test, and committed.

#[cfg(test)]
mod generate;
mod nulls;
#[cfg(test)]
mod values;

use serde_json::Value;

/// The path of the generated schema, from the root of the repository.
pub const SCHEMA_PATH: &str = "schemas/spot-config.v1alpha1.schema.json";

/// The schema that is committed and shipped.
pub fn committed_schema() -> &'static str {
    include_str!("../../../schemas/spot-config.v1alpha1.schema.json")
}

/// The committed schema as everything within reads it: no value is `null`.
///
/// # Panics
/// Never: a test compares the committed schema with the generated one.
pub fn strict_schema() -> Value {
    let mut schema =
        serde_json::from_str(committed_schema()).expect("the schema was generated as JSON");
    nulls::without_nulls(&mut schema);
    schema
}
