//! A workload's own place in the configuration, for what is to hold of it alone.

use serde_json::json;

use crate::config::Spot;
use crate::diagnostic::{Edit, Pointer};
use crate::manifests::Found;
use crate::model::WorkloadView;
use crate::plan::Workload;
use crate::workloads::is_ignored;

/// Has a workload stand to Spot like this. It is listed where it was not; none where no list can have it.
pub(super) fn place(pods: WorkloadView<'_>, spot: Spot) -> Option<Edit> {
    if let Some(listed) = pods.planned.and_then(Workload::pointer) {
        return Some(Edit::Set {
            pointer: listed.child("placement").child("spot"),
            value: json!(spot),
        });
    }
    // The list wants a selector by labels.
    let may_be_listed = |found: &&Found| found.selector.is_some() && !is_ignored(found);
    let found = pods.found.filter(may_be_listed)?;
    let mut entry = json!({
        "name": pods.name(),
        "kind": pods.kind(),
        "placement": {"spot": spot},
    });
    if let Some(namespace) = &found.namespace {
        entry["namespace"] = json!(namespace);
    }
    if let Some(workload) = pods.planned {
        entry["class"] = json!(workload.class);
    }
    Some(Edit::Append {
        pointer: Pointer::parse("/spec/workloads"),
        value: entry,
    })
}
