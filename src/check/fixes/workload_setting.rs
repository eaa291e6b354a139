//! A setting of one workload, as an edit of the configuration.

use serde_json::{Value as Json, json};

use crate::config::pointers;
use crate::diagnostic::{Edit, Fix};
use crate::model::WorkloadView;
use crate::plan::Workload;
use crate::workloads::is_ignored;

/// Writes a setting at the workload itself, whatever its class says. One that is not listed yet is listed for it, unless no
/// list can have it.
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
            return Err("an annotation of its manifest keeps spotgen away from it");
        }
        if found.selector.is_none() {
            return Err("it cannot be listed: its manifest has no selector by labels");
        }
    }
    let nested = path.iter().rev();
    let setting = nested.fold(value, |value, key| json!({*key: value}));
    let mut entry = json!({"name": pods.name(), "kind": pods.kind().as_str()});
    // Where a manifest leaves it open, so does the list.
    let namespace = match pods.found {
        Some(found) => found.namespace.as_deref(),
        None => pods.namespace(),
    };
    if let Some(namespace) = namespace {
        entry["namespace"] = namespace.into();
    }
    // Listed without a class it would leave the one that rules have chosen.
    if let Some(workload) = pods.planned {
        entry["class"] = workload.class.as_str().into();
    }
    if let (Json::Object(entry), Json::Object(setting)) = (&mut entry, setting) {
        entry.extend(setting);
    }
    Ok(Edit::Append {
        pointer: pointers::spec("workloads"),
        value: entry,
    })
}

/// The same as the whole of what removes a finding.
pub(in crate::check) fn fix(
    pods: WorkloadView<'_>,
    path: &[&str],
    value: impl Into<Json>,
) -> Result<Fix, &'static str> {
    Ok(Fix::Config(vec![write(pods, path, value)?]))
}
