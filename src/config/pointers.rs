//! Where the parts of a system stand in the configuration. What is not written there is where it would be.

use crate::diagnostic::Pointer;
use crate::load::Document;

pub(crate) fn spec(path: &str) -> Pointer {
    Pointer::parse(format!("/spec/{path}"))
}

/// A pattern of the priority expander, by its number in its tier.
pub(crate) fn pattern(priority: u32, pattern: usize) -> Pointer {
    spec("autoscaler/priorities").child(priority).child(pattern)
}

/// A placeholder, by its number.
pub(crate) fn placeholder(at: usize) -> Pointer {
    spec("overprovisioner/placeholders").child(at)
}

/// What scales a placeholder, by the placeholder's number.
pub(crate) fn scaling(at: usize) -> Pointer {
    placeholder(at).child("scaling")
}

/// The priority of a placeholder: its own, else the one that is shared.
pub(crate) fn priority(document: &Document<'_>, at: usize) -> Pointer {
    let own = placeholder(at).child("priorityClass").child("value");
    match document.node(&own) {
        Some(_) => own,
        None => spec("overprovisioner/priorityClass/value"),
    }
}

/// A node pool, by its number in the plan, which is that of the configuration.
pub(crate) fn pool(at: usize) -> Pointer {
    spec("nodePools").child(at)
}
