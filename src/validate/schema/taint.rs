//! Taints as Kubernetes, the clouds and Terraform have them.

use serde_json::{Map, Value};

use crate::values::explain_pattern;

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/// A taint as text, from its fields.
pub(super) fn of_fields(fields: &Map<String, Value>) -> Option<String> {
    let key = fields.get("key")?.as_str()?;
    let effect = effect(fields.get("effect")?.as_str()?)?;
    let value = match fields.get("value") {
        Some(Value::String(value)) => format!("={value}"),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => format!("={value}"),
        _ => String::new(),
    };
    Some(format!("{key}{value}:{effect}"))
}

/// The same taint with its effect as Kubernetes has it.
pub(super) fn corrected(pattern: &str, text: &str) -> Option<String> {
    if explain_pattern(pattern)?.what != "a taint" {
        return None;
    }
    let (taint, written) = text.rsplit_once(':')?;
    let corrected = format!("{taint}:{}", effect(written)?);
    (corrected != text).then_some(corrected)
}

/// `NO_SCHEDULE` of the APIs of AWS and Google Cloud is `NoSchedule`.
/// Source: <https://docs.aws.amazon.com/eks/latest/APIReference/API_Taint.html>;
/// <https://cloud.google.com/kubernetes-engine/docs/reference/rest/v1/NodeConfig>, `NodeTaint`.
fn effect(written: &str) -> Option<&'static str> {
    let folded = written.replace(['_', '-'], "");
    let mut effects = EFFECTS.into_iter();
    effects.find(|effect| effect.eq_ignore_ascii_case(&folded))
}
