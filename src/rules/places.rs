//! Where the parts of a plan stand in the configuration. What is not written there is where it would be.

use crate::diagnostic::Pointer;
use crate::plan::TakenBy;

pub(super) fn spec(path: &str) -> Pointer {
    Pointer::parse(&format!("/spec/{path}"))
}

/// A pattern of the priority expander.
pub(super) fn pattern(taken: TakenBy) -> Pointer {
    spec("autoscaler/priorities")
        .child(taken.priority)
        .child(taken.pattern)
}

/// A node pool, by its number in the plan, which is that of the configuration.
pub(super) fn pool(at: usize) -> Pointer {
    spec("nodePools").child(at)
}
