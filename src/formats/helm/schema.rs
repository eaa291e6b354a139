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

/// The schema of a chart that has these sections. Each is required, and in those of upstream charts what must not be
/// the chart's own: `null` in a file that is laid over the values removes a key, and the upstream chart is then
/// installed as it comes.
/// Source: helm/helm pkg/chartutil/coalesce.go, `coalesceValues`.
pub(super) fn text(has: impl Fn(&str) -> bool) -> String {
    let mut schema: Json = serde_json::from_str(WHOLE).expect("it is JSON, and a test reads it");
    let is_there = |key: &str| COMMON.contains(&key) || has(key);
    if let Some(Json::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|key, _| is_there(key));
    }
    if let Some(Json::Array(required)) = schema.get_mut("required") {
        required.retain(|key| key.as_str().is_some_and(is_there));
    }
    let mut text = serde_json::to_string_pretty(&schema).expect("data is JSON");
    text.push('\n');
    text
}
