//! How the scheduler ranks pods.

use crate::source::Span;

/// The priority of a workload's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority {
    pub value: i64,
    /// Whether they may displace others.
    pub preempts: bool,
    /// Where a manifest says so.
    pub location: Option<Span>,
}

impl Priority {
    /// Of pods that name no class, where none is the default of all pods.
    pub const NONE: Self = Self {
        value: 0,
        preempts: true,
        location: None,
    };
}
