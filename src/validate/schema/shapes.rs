//! Values in the shape that Kubernetes, the clouds and Terraform have them in.

use serde_json::{Map, Value};

use super::super::expected;
use super::taint;
use super::words::{as_text, meant as meant_word};
use crate::config::alternatives::words_of;
use crate::config::pointers;
use crate::diagnostic::Pointer;
use crate::values::Duration;

/// What a value of the wrong type stands for.
pub(super) struct Shape {
    /// How to write it here.
    pub(super) help: String,
    /// The key of the same map that it is written under.
    pub(super) stands_for: Option<&'static str>,
}

/// What a value of the wrong type stands for at a location, where that is known.
pub(super) fn meant(pointer: &Pointer, value: &Value) -> Option<Shape> {
    let key = pointer.segments().last()?;
    if let ("spot", Value::Bool(is_spot)) = (&*key, value) {
        let capacity = if *is_spot { "Spot" } else { "OnDemand" };
        return Some(Shape {
            help: format!("write `capacity: {capacity}`"),
            stands_for: Some("capacity"),
        });
    }
    if let ("replicas", Value::Object(range)) = (&*key, value)
        && let (Some(min), Some(max)) = (range.get("min"), range.get("max"))
        && pointer.lies_in(&pointers::spec("workloads"))
    {
        return Some(Shape {
            help: format!("write `autoscaling: {{min: {min}, max: {max}}}`"),
            stands_for: Some("autoscaling"),
        });
    }
    let schemas = expected::at(pointer);
    let has = |keyword: &str| schemas.iter().any(|schema| schema.get(keyword).is_some());
    let is_map = has("properties") || has("additionalProperties");
    let help = if is_map && value.as_str().is_some_and(|text| text.contains('\n')) {
        Some("remove the `|` or `>` before it: the lines are then a map".to_owned())
    } else if has("properties") {
        map(&schemas, value)
    } else if has("items") {
        list(&schemas, value)
    } else if has("additionalProperties") {
        names(&schemas, value)
    } else {
        single(&key, &schemas, value)
    }?;
    Some(Shape {
        help,
        stands_for: None,
    })
}

type Schemas<'s> = &'s [&'static Value];

/// A map with fixed keys is expected.
fn map(schemas: Schemas<'_>, value: &Value) -> Option<String> {
    let keys = || {
        let properties = schemas.iter().filter_map(|schema| schema.get("properties"));
        properties.filter_map(Value::as_object).flatten()
    };
    let has = |name: &str| keys().any(|(key, _)| key == name);
    let is_of_range = |(key, _): (&String, _)| matches!(key.as_str(), "min" | "max" | "per");
    let is_range = keys().all(is_of_range) && has("min") && has("max");
    let takes_none = schemas.iter().any(|schema| {
        words_of(schema).is_some_and(|words| words == ["None"])
            || schema
                .get("pattern")
                .is_some_and(|pattern| pattern == "^None$")
    });
    match value {
        Value::Number(count) if is_range => Some(format!("write `{{min: {count}, max: {count}}}`")),
        Value::Array(items) if is_range && items.len() == 2 => {
            Some(format!("write `{{min: {}, max: {}}}`", items[0], items[1]))
        }
        Value::String(text) if is_range => {
            let mut ends = text.split(['-', ':', '.', ',']).map(str::trim);
            let mut ends = ends.by_ref().filter(|end| !end.is_empty());
            let number = |end: &str| end.parse::<u32>().ok();
            let (min, max) = (number(ends.next()?)?, number(ends.next()?)?);
            Some(format!("write `{{min: {min}, max: {max}}}`"))
        }
        Value::Bool(false) if takes_none => Some("write `None`".to_owned()),
        Value::Bool(is_on) if has("enabled") => Some(format!("write `{{enabled: {is_on}}}`")),
        Value::Number(_) | Value::String(_) if has("maxUnavailable") && is_count(value) => {
            Some(format!("write `{{maxUnavailable: {}}}`", as_text(value)))
        }
        Value::String(_) | Value::Array(_) if has("method") && has("zone") => {
            Some(format!("write `{}`", spread_over(value)?))
        }
        Value::Array(items) => match items.as_slice() {
            [Value::Object(_)] => Some("write the map itself, not in a list".to_owned()),
            _ => None,
        },
        Value::String(text) if text.contains('/') && !has("kind") => None,
        Value::String(_) | Value::Bool(_) => {
            let is_name = value.as_str().is_some_and(|text| text.contains('/'));
            let word = keys().filter(|_| !is_name).find_map(|(key, schema)| {
                let words: Vec<&str> = expected::branches(schema)
                    .into_iter()
                    .filter_map(words_of)
                    .flatten()
                    .collect();
                Some((key, meant_word(&words, &as_text(value))?))
            });
            if let (Some((key, word)), false) = (word, takes_none) {
                return Some(format!("write `{{{key}: {word}}}`"));
            }
            let required = schemas
                .iter()
                .find_map(|schema| schema.get("required")?.as_array());
            let required: Vec<&str> = required?.iter().filter_map(Value::as_str).collect();
            let text = value.as_str()?;
            // As kubectl names an object.
            let (kind, text) = match text.split_once('/') {
                Some((kind, name)) if has("kind") => (Some(kind), name),
                _ => (None, text),
            };
            let first = ["name", "rule"]
                .into_iter()
                .find(|key| required.contains(key))?;
            let kinds = keys().filter(|(key, _)| *key == "kind");
            let kinds: Vec<&str> = kinds
                .flat_map(|(_, schema)| expected::branches(schema))
                .filter_map(words_of)
                .flatten()
                .collect();
            let kind = kind.and_then(|kind| meant_word(&kinds, kind));
            let kind = kind.map_or_else(String::new, |kind| format!(", kind: {kind}"));
            let rest = required.iter().filter(|key| **key != first);
            let rest = rest.fold(String::new(), |rest, key| rest + ", " + key + ": …");
            Some(format!("write `{{{first}: {text}{kind}{rest}}}`"))
        }
        _ => None,
    }
}

/// Whether a value is a number or a percentage.
fn is_count(value: &Value) -> bool {
    let text = as_text(value);
    let number = text.strip_suffix('%').unwrap_or(&text);
    number.parse::<u32>().is_ok()
}

/// The spread over what a word or a list names.
pub(super) fn spread_over(value: &Value) -> Option<String> {
    let over = over(value).into_iter();
    let over: Vec<String> = over.map(|key| format!("{key}: {{maxSkew: 1}}")).collect();
    let over = (!over.is_empty()).then(|| over.join(", "))?;
    Some(format!("{{method: TopologySpread, {over}}}"))
}

/// What pods are to be spread over.
fn over(value: &Value) -> Vec<&str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let words = items.iter().filter_map(Value::as_str);
    let keys = words.filter_map(|word| match word {
        "zone" | "zones" | "topology.kubernetes.io/zone" => Some("zone"),
        "node" | "nodes" | "host" | "hostname" | "kubernetes.io/hostname" => Some("node"),
        _ => None,
    });
    keys.collect()
}

/// A list is expected.
fn list(schemas: Schemas<'_>, value: &Value) -> Option<String> {
    let items = expected::items(schemas);
    let is_of_maps = items
        .iter()
        .any(|schema| schema.get("properties").is_some());
    match value {
        Value::String(text) if !is_of_maps => Some(format!("write a list: [{text}]")),
        Value::Number(number) if !is_of_maps => Some(format!("write a list: [{number}]")),
        Value::Object(fields) if is_of_maps => {
            let has_key = |key: &String| {
                items.iter().any(|schema| {
                    schema
                        .get("properties")
                        .is_some_and(|known| known.get(key).is_some())
                })
            };
            let (first, below) = fields.iter().next()?;
            if fields.keys().any(has_key) {
                return Some(format!(
                    "write a list, each item after a dash: `- {first}: …`"
                ));
            }
            let takes_name = items.iter().any(|schema| {
                schema
                    .get("properties")
                    .is_some_and(|known| known.get("name").is_some())
            });
            (takes_name && below.is_object())
                .then(|| format!("write a list, with the name in each item: `- name: {first}`"))
        }
        Value::Object(fields) => {
            taint::of_fields(fields).map(|taint| format!("write [\"{taint}\"]"))
        }
        _ => None,
    }
}

/// A map is expected whose keys users choose, such as labels.
fn names(schemas: Schemas<'_>, value: &Value) -> Option<String> {
    let values = schemas
        .iter()
        .find_map(|schema| schema.get("additionalProperties"));
    values?.get("type").filter(|kind| *kind == "string")?;
    let items = match value {
        Value::Array(items) => items.as_slice(),
        Value::String(_) => std::slice::from_ref(value),
        _ => return None,
    };
    let texts = items
        .iter()
        .filter_map(Value::as_str)
        .flat_map(|text| text.split(','));
    let mut pairs: Vec<(String, String)> = texts
        .filter_map(|text| text.split_once(['=', ':']))
        .map(|(key, value)| {
            (
                key.trim().to_owned(),
                value.trim_start_matches('=').trim().to_owned(),
            )
        })
        .collect();
    let field = |fields: &Map<String, Value>, names: [&str; 2]| {
        let mut named = names.into_iter().filter_map(|name| fields.get(name));
        Some(named.next()?.as_str()?.to_owned())
    };
    pairs.extend(
        items
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|fields| {
                Some((
                    field(fields, ["key", "name"])?,
                    field(fields, ["value", "value"])?,
                ))
            }),
    );
    let written: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}: {value}"))
        .collect();
    (!written.is_empty()).then(|| format!("write `{{{}}}`", written.join(", ")))
}

/// A single value is expected.
fn single(key: &str, schemas: Schemas<'_>, value: &Value) -> Option<String> {
    let is_duration = || {
        schemas
            .iter()
            .any(|schema| schema["pattern"] == Duration::PATTERN)
    };
    match value {
        Value::Object(_) if key == "matchLabels" => {
            Some("write the labels directly under `selector`, without `matchLabels`".to_owned())
        }
        Value::Array(_) if key == "matchExpressions" => {
            Some("write labels with one value each: `selector` takes no expressions".to_owned())
        }
        Value::Object(fields) => {
            if let Some(taint) = taint::of_fields(fields) {
                return Some(format!("write \"{taint}\""));
            }
            let mut values = fields.values();
            let only = values.next().filter(|_| fields.len() == 1)?;
            (only.is_string() || only.is_number()).then(|| format!("write `{}`", as_text(only)))
        }
        Value::Array(items) => match items.as_slice() {
            [Value::Object(_) | Value::Array(_), ..] | [] => None,
            [only] => Some(format!("write `{}`, not a list", as_text(only))),
            [first, ..] if key.parse::<usize>().is_ok() => Some(format!(
                "write each item in the outer list: `{}`, …",
                as_text(first)
            )),
            [first, ..] => Some(format!("write one of them: `{}`", as_text(first))),
        },
        Value::Number(seconds) if seconds.is_u64() && is_duration() => {
            Some(format!("write the unit: `{seconds}s`"))
        }
        _ => None,
    }
}
