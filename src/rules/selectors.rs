//! Label selectors as manifests have them.

use serde_json::Value as Json;

use crate::plan::Labels;

/// Whether a selector (`matchLabels`, `matchExpressions`) matches labels; an expression that is unknown counts as met.
/// Source: kubernetes/apimachinery pkg/apis/meta/v1/helpers.go, `LabelSelectorAsSelector`.
pub(super) fn matches(selector: &Json, labels: &Labels) -> bool {
    let by_labels = selector.get("matchLabels").and_then(Json::as_object);
    let expressions = selector.get("matchExpressions").and_then(Json::as_array);
    by_labels.is_none_or(|wanted| {
        wanted
            .iter()
            .all(|(key, value)| labels.get(key).map(String::as_str) == value.as_str())
    }) && expressions.is_none_or(|expressions| {
        expressions
            .iter()
            .all(|expression| meets(expression, labels))
    })
}

fn meets(expression: &Json, labels: &Labels) -> bool {
    let text = |key: &str| expression.get(key).and_then(Json::as_str);
    let own = text("key").and_then(|key| labels.get(key));
    let values = expression.get("values").and_then(Json::as_array);
    let is_in = || {
        own.is_some_and(|own| {
            values.is_some_and(|values| values.iter().any(|value| value.as_str() == Some(own)))
        })
    };
    match text("operator") {
        Some("In") => is_in(),
        Some("NotIn") => !is_in(),
        Some("Exists") => own.is_some(),
        Some("DoesNotExist") => own.is_none(),
        _ => true,
    }
}
