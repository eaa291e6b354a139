//! values.schema.json: the valid values. Helm validates against it before it renders.

use serde_json::Value as Json;

/// The schema of all sections that a chart can have.
const WHOLE: &str = include_str!("../../../templates/helm/values.schema.json");

/// Keys that all values have.
const COMMON: [&str; 5] = [
    "commonAnnotations",
    "commonLabels",
    "global",
    "podSecurity",
    "releaseNamespace",
];

/// The schema of a chart with these sections. Each section is required, and so are the keys of upstream charts that
/// must not have the chart's default: `null` in a values file of the user removes a key, and then the default applies.
/// Source: helm/helm pkg/chartutil/coalesce.go, `coalesceValues`.
pub(super) fn text(has: impl Fn(&str) -> bool) -> String {
    let mut schema: Json = serde_json::from_str(WHOLE).expect("it is JSON, as a test verifies");
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
