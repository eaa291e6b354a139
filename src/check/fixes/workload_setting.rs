//! Sets a key of one workload in the configuration.

use serde_json::{Map, Value as Json, json};

use crate::config::pointers;
use crate::diagnostic::{Edit, Fix};
use crate::model::WorkloadView;
use crate::plan::Workload;
use crate::workloads::is_ignored;

/// Sets a key on the workload itself, which overrides its class. A workload that is not listed yet is added to the
/// list, if it can be listed.
pub(in crate::check) fn write(
    pods: WorkloadView<'_>,
    path: &[&str],
    value: impl Into<Json>,
) -> Result<Edit, &'static str> {
    let value = value.into();
    if let Some(entry) = pods.planned.and_then(Workload::pointer) {
        let pointer = path.iter().fold(entry, |pointer, key| pointer.child(key));
        return Ok(Edit::Set { pointer, value });
    }
    if let Some(found) = pods.found {
        if is_ignored(found) {
            return Err("an annotation in its manifest makes spotgen ignore it");
        }
        if found.is_generated {
            return Err("it cannot be listed: it gets a new name each time");
        }
        if found.selector.is_none() && found.kind.has_selector() {
            return Err("it cannot be listed: its manifest has no label selector");
        }
    }
    let nested = path.iter().rev();
    let setting = nested.fold(value, |value, key| {
        Json::Object(Map::from_iter([((*key).to_owned(), value)]))
    });
    let mut entry = Map::new();
    let mut add = |key: &str, value: &str| entry.insert(key.to_owned(), value.into());
    add("name", pods.name());
    add("kind", pods.kind().as_str());
    // Without a namespace in the manifest, the entry has none either.
    let namespace = match pods.found {
        Some(found) => found.namespace.as_deref(),
        None => pods.namespace(),
    };
    if let Some(namespace) = namespace {
        add("namespace", namespace);
    }
    // Without a class, the entry would override the class that the class rules chose.
    if let Some(workload) = pods.planned {
        add("class", &workload.class);
    }
    if let Json::Object(setting) = setting {
        entry.extend(setting);
    }
    Ok(Edit::Append {
        pointer: pointers::spec("workloads"),
        value: Json::Object(entry),
    })
}

/// Adds a workload to the list as it is.
pub(in crate::check) fn list(pods: WorkloadView<'_>) -> Result<Edit, &'static str> {
    write(pods, &[], json!({}))
}

/// The same edit as a complete fix.
pub(in crate::check) fn fix(
    pods: WorkloadView<'_>,
    path: &[&str],
    value: impl Into<Json>,
) -> Result<Fix, &'static str> {
    Ok(Fix::Config(vec![write(pods, path, value)?]))
}
