//! A workload's own place in the configuration, for what is to hold of it alone.

use serde_json::json;

use crate::config::Spot;
use crate::diagnostic::{Edit, Pointer};
use crate::model::WorkloadView;
use crate::plan::Workload;

/// Has a workload stand to Spot like this. It is listed where it was not; none where no list can have it.
pub(super) fn place(pods: WorkloadView<'_>, spot: Spot) -> Option<Edit> {
    if let Some(listed) = pods.planned.and_then(Workload::pointer) {
        return Some(Edit::Set {
            pointer: listed.child("placement").child("spot"),
            value: json!(spot),
        });
    }
    // The list wants a selector by labels.
    pods.found.filter(|found| found.selector.is_some())?;
    let mut entry = json!({
        "name": pods.name(),
        "kind": pods.kind(),
        "placement": {"spot": spot},
    });
    let found = pods.found.and_then(|found| found.namespace.as_deref());
    if let Some(namespace) = found {
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
