//! Plugins that the model does not run.

use super::policy::Point;

/// A plugin that the model lets do nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unmodelled {
    pub name: &'static str,
    /// What it would do.
    pub does: &'static str,
    pub(super) point: Point,
}

const fn unmodelled(name: &'static str, does: &'static str, point: Point) -> Unmodelled {
    Unmodelled { name, does, point }
}

/// Plugins that a policy may enable and the model does not run. Their arguments are not checked.
pub const NOT_MODELLED: [Unmodelled; 7] = [
    unmodelled(
        "HighNodeUtilization",
        "empties nodes that are little used",
        Point::Balance,
    ),
    unmodelled(
        "LowNodeUtilization",
        "moves pods from nodes that are much used to others",
        Point::Balance,
    ),
    unmodelled("PodLifeTime", "evicts pods that are old", Point::Deschedule),
    unmodelled(
        "RemoveFailedPods",
        "evicts pods that have failed",
        Point::Deschedule,
    ),
    unmodelled(
        "RemovePodsHavingTooManyRestarts",
        "evicts pods whose containers restart often",
        Point::Deschedule,
    ),
    unmodelled(
        "RemovePodsViolatingInterPodAntiAffinity",
        "evicts pods that must not be beside others",
        Point::Deschedule,
    ),
    unmodelled(
        "RemovePodsViolatingTopologySpreadConstraint",
        "evicts pods of zones that have too many",
        Point::Balance,
    ),
];
