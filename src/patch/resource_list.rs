//! A `ResourceList`, in which Kustomize and kpt pass resources to a function and get them back.
//!
//! Source: <https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md>

use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::change_tree::{Change, Item, Step};
use super::documents::Part;
use super::doubts::Doubts;
use super::patched::Placed;
use super::text::Text;
use crate::diagnostic::{Diagnostic, Failure, Severity};
use crate::source::SourceId;
use crate::suggest::similar;
use crate::yaml::{self, Dialect, Node, Value};

const GROUP: &str = "config.kubernetes.io/";
const KIND: &str = "ResourceList";
/// The annotation with the file of a resource, which results name.
const PATH: &str = "config.kubernetes.io/path";
const INTERNAL_PATH: &str = "internal.config.kubernetes.io/path";

/// The keys of a `ConfigMap` or `SpotTransform`.
const KEYS: [&str; 2] = ["config", "namespace"];

/// The configuration of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FunctionConfig {
    /// The configuration itself, as the text of a file.
    Whole(String),
    /// The file with the configuration, and the namespace of resources that set none, if declared.
    Pointer {
        config: Option<String>,
        namespace: Option<String>,
    },
}

pub(super) fn is_one(document: &Node<'_>) -> bool {
    let text = |key: &str| document.get(key).and_then(Node::as_str);
    text("kind") == Some(KIND)
        && text("apiVersion").is_some_and(|version| version.starts_with(GROUP))
}

/// The `functionConfig` of a `ResourceList`: a `SpotConfig`, or a `SpotTransform` or `ConfigMap` that names one.
///
/// # Errors
/// When it contains anything else, which would silently have no effect.
pub fn function_config(document: Part<'_>) -> Result<Option<FunctionConfig>, Failure> {
    let is_candidate = memchr::memmem::find(document.bytes, KIND.as_bytes()).is_some();
    let Some(text) = std::str::from_utf8(document.bytes)
        .ok()
        .filter(|_| is_candidate)
    else {
        return Ok(None);
    };
    let mut parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let doubts = Doubts::new(&mut parsed, &Text::new(text));
    let list = parsed.documents.iter().find(|document| is_one(document));
    let Some(entry) = list.and_then(|list| list.entry("functionConfig")) else {
        return Ok(None);
    };
    doubts.whole(entry).map_err(|doubt| {
        Failure::new(doubt.reason()).help("keep one of the two in `functionConfig`")
    })?;
    let config = &entry.value;
    match config.get("kind").and_then(Node::as_str) {
        Some("SpotConfig") => Ok(Some(FunctionConfig::Whole(whole(config)))),
        Some("ConfigMap") => pointer(config, "data").map(Some),
        Some("SpotTransform") => pointer(config, "spec").map(Some),
        kind => {
            let message = format!(
                "`functionConfig` has the kind `{}`, which spotgen does not support",
                kind.unwrap_or_default()
            );
            Err(Failure::new(message).help(
                "use a `SpotConfig`, or a `ConfigMap` or `SpotTransform` with `config: PATH`",
            ))
        }
    }
}

/// The strings under `key`, if declared.
fn pointer(config: &Node<'_>, key: &str) -> Result<FunctionConfig, Failure> {
    let (mut path, mut namespace) = (None, None);
    let said = config.get(key).filter(|said| !said.is_null());
    if said.is_some_and(|said| !matches!(said.value, Value::Mapping(_))) {
        return Err(is_no("map", key));
    }
    for entry in said.map(Node::entries).unwrap_or_default() {
        let value = match &entry.value.value {
            Value::Null => None,
            Value::String(text) => Some(text.to_string()),
            _ => return Err(is_no("string", &entry.key)),
        };
        match entry.key.as_ref() {
            "config" => path = value,
            "namespace" => namespace = value,
            key => {
                let failure = Failure::new(format!("unknown key `{key}` in `functionConfig`"));
                return Err(match similar(key, KEYS) {
                    Some(meant) => failure.help(format!("did you mean `{meant}`?")),
                    None => failure.help(format!("known keys: {}", KEYS.join(", "))),
                });
            }
        }
    }
    Ok(FunctionConfig::Pointer {
        config: path,
        namespace,
    })
}

fn is_no(expected: &str, key: &str) -> Failure {
    let failure = Failure::new(format!("`{key}` in `functionConfig` is not a {expected}"));
    match expected {
        "string" => failure.help("quote the value"),
        _ => failure.help(format!("write a map with these keys: {}", KEYS.join(", "))),
    }
}

/// The configuration without metadata added by the tools that pass it on.
fn whole(config: &Node<'_>) -> String {
    let mut json = config.to_json();
    if let Some(metadata) = json.get_mut("metadata").and_then(Json::as_object_mut) {
        metadata.retain(|key, _| key == "name");
    }
    let mut text = String::new();
    yaml::write(&json, &mut text);
    text
}

/// The results of a function: each changed workload and each finding, without results that are already present.
pub(super) fn results(
    list: &Node<'_>,
    workloads: &[(&Node<'_>, Placed)],
    findings: &[Diagnostic],
) -> Option<Change> {
    let changed = workloads
        .iter()
        .filter(|(_, placed)| !placed.changes.is_empty());
    let changed = changed.map(|(object, placed)| {
        let message = format!("class {}: {}", placed.class, placed.changes.join(", "));
        let mut result = json!({"message": message, "severity": "info"});
        result["resourceRef"] = reference(object);
        if let Some(file) = file(object) {
            result["file"] = file;
        }
        result
    });
    let found = findings.iter().map(|finding| {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        };
        json!({"message": finding.message, "severity": severity})
    });
    let said = list.get("results").map(Node::items).unwrap_or_default();
    let said: HashSet<Json> = said.iter().map(Node::to_json).collect();
    let new = changed.chain(found).filter(|result| !said.contains(result));
    let results: Vec<Item> = new.map(Item::Data).collect();
    (!results.is_empty())
        .then(|| Change::Within(vec![(Step::Key("results".into()), Change::Append(results))]))
}

fn reference(object: &Node<'_>) -> Json {
    let mut reference = Map::new();
    for (key, path) in [
        ("apiVersion", &["apiVersion"][..]),
        ("kind", &["kind"]),
        ("name", &["metadata", "name"]),
        ("namespace", &["metadata", "namespace"]),
    ] {
        if let Some(text) = object.at(path).and_then(Node::as_str) {
            reference.insert(key.to_owned(), Json::from(text));
        }
    }
    Json::Object(reference)
}

fn file(object: &Node<'_>) -> Option<Json> {
    let annotations = object.at(&["metadata", "annotations"])?;
    let path = annotations
        .get(INTERNAL_PATH)
        .or(annotations.get(PATH))?
        .as_str()?;
    Some(json!({"path": path}))
}
