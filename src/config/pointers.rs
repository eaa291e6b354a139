//! Where the parts of a system are in the configuration. A part that is not written there points to where it would be.

use crate::diagnostic::Pointer;
use crate::load::Document;

pub(crate) fn spec(path: &str) -> Pointer {
    Pointer::parse(format!("/spec/{path}"))
}

/// A setting of the autoscaler.
pub(crate) fn autoscaler_setting(key: &str) -> Pointer {
    spec("autoscaler/profile").child(key)
}

/// A pattern of the priority expander, by its index in the tier.
pub(crate) fn pattern(priority: u32, pattern: usize) -> Pointer {
    spec("autoscaler/priorities").child(priority).child(pattern)
}

/// A placeholder, by its index.
pub(crate) fn placeholder(at: usize) -> Pointer {
    spec("overprovisioner/placeholders").child(at)
}

/// The `scaling` of a placeholder, by the index of the placeholder.
pub(crate) fn scaling(at: usize) -> Pointer {
    placeholder(at).child("scaling")
}

/// The priority of a placeholder: its own, or else the shared one.
pub(crate) fn priority(document: &Document<'_>, at: usize) -> Pointer {
    let own = placeholder(at).child("priorityClass").child("value");
    match document.node(&own) {
        Some(_) => own,
        None => spec("overprovisioner/priorityClass/value"),
    }
}

/// A workload, by its index.
pub(crate) fn workload(at: usize) -> Pointer {
    Pointer::parse(format!("/spec/workloads/{at}"))
}

/// A node pool, by its index in the plan, which equals that in the configuration.
pub(crate) fn pool(at: usize) -> Pointer {
    spec("nodePools").child(at)
}
