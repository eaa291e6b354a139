//! values.schema.json: what values can be. Helm asks it before it renders.

use serde_json::Value as Json;

/// Everything that any chart of ours can have.
const WHOLE: &str = include_str!("../../../templates/helm/values.schema.json");

/// Keys of the values that are there in any case.
const COMMON: [&str; 5] = [
    "commonAnnotations",
    "commonLabels",
    "global",
    "podSecurity",
    "releaseNamespace",
];

/// The schema of a chart that has these sections.
pub(super) fn text(has: impl Fn(&str) -> bool) -> String {
    let mut schema: Json = serde_json::from_str(WHOLE).expect("it is JSON, and a test reads it");
    if let Some(Json::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|key, _| COMMON.contains(&key.as_str()) || has(key));
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("data is JSON");
    text.push('\n');
    text
}
