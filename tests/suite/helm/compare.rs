//! Where two objects differ, in what they mean.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// An object with its meaning laid open: YAML and JSON in a `ConfigMap` as data, and the rules of a role as the powers
/// that they give, in order.
pub(super) fn open(mut object: Value) -> Value {
    match object["kind"].as_str() {
        Some("ConfigMap") => {
            if let Some(data) = object["data"].as_object_mut() {
                for text in data.values_mut() {
                    let read = text
                        .as_str()
                        .and_then(|text| serde_saphyr::from_str(text).ok());
                    *text = read.unwrap_or_else(|| text.clone());
                }
            }
        }
        Some("Role" | "ClusterRole") => object["rules"] = powers(&object["rules"]),
        _ => {}
    }
    object
}

fn strings(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// Each verb on each resource of each group, once.
fn powers(rules: &Value) -> Value {
    let mut powers = BTreeSet::new();
    for rule in rules.as_array().into_iter().flatten() {
        let names = strings(&rule["resourceNames"]);
        let names = if names.is_empty() { vec!["*"] } else { names };
        for group in strings(&rule["apiGroups"]) {
            for resource in strings(&rule["resources"]) {
                for name in &names {
                    for verb in strings(&rule["verbs"]) {
                        powers.insert(format!("{verb} {group}/{resource} {name}"));
                    }
                }
            }
        }
    }
    powers
        .into_iter()
        .map(|power| (power, json!(true)))
        .collect::<Map<_, _>>()
        .into()
}

/// The pointers at which two values differ; a list of another length differs as a whole.
pub(super) fn differences(one: &Value, other: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk("", one, other, &mut found);
    found
}

fn walk(at: &str, one: &Value, other: &Value, found: &mut Vec<String>) {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                match (one.get(key), other.get(key)) {
                    (Some(one), Some(other)) => walk(&at, one, other, found),
                    _ => found.push(at),
                }
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (number, (one, other)) in one.iter().zip(other).enumerate() {
                walk(&format!("{at}/{number}"), one, other, found);
            }
        }
        // One writes 2 and the other 2.0.
        (Value::Number(one), Value::Number(other)) if one.as_f64() == other.as_f64() => {}
        _ if one == other => {}
        _ => found.push(at.to_owned()),
    }
}
