//! Values in the shape that Kubernetes and the clouds have them in.

use serde_json::Value;

use crate::diagnostic::Pointer;

/// How to write here what a value of the wrong type says there.
pub(super) fn meant(pointer: &Pointer, value: &Value) -> Option<String> {
    let key = pointer.segments().last()?;
    match (&*key, value) {
        ("matchLabels", Value::Object(_)) => {
            Some("write the labels directly under `selector`, without `matchLabels`".to_owned())
        }
        ("nodes", Value::Number(count)) => Some(format!("write `{{min: {count}, max: {count}}}`")),
        ("spot", Value::Bool(true)) => Some("write `capacity: Spot`".to_owned()),
        (_, Value::Object(fields)) => taint(|field| fields.get(field)?.as_str()),
        _ => None,
    }
}

/// A taint as text.
fn taint<'v>(field: impl Fn(&str) -> Option<&'v str>) -> Option<String> {
    let (key, effect) = (field("key")?, field("effect")?);
    let value = field("value").map(|value| format!("={value}"));
    let value = value.unwrap_or_default();
    Some(format!("write \"{key}{value}:{effect}\""))
}
