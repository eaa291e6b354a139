//! The priority of pods for the scheduler.

use crate::source::Span;

/// The priority of a workload's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority {
    pub value: i64,
    /// Whether they may preempt others.
    pub preempts: bool,
    /// Where a manifest declares it.
    pub location: Option<Span>,
}

impl Priority {
    /// The priority of pods without a class, if no class is the default of all pods.
    pub const NONE: Self = Self {
        value: 0,
        preempts: true,
        location: None,
    };
}
