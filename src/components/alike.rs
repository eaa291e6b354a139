//! Workloads of which the same is made, but for their names and labels.

use std::borrow::Cow;

use crate::config::{Kind, UnhealthyPodEvictionPolicy};
use crate::kubernetes::Labels;
use crate::plan::{Placement, Workload};
use crate::values::IntOrPercent;

/// Tells what is made of a workload from what is made of others; none where nothing else is like it.
pub(crate) type Likeness = fn(&Workload) -> Option<Alike<'_>>;

/// What a component makes of a workload, in two parts.
#[derive(Debug)]
pub struct Alike<'w> {
    /// All that it depends on beside the plan and these names and labels.
    pub(super) by: By<'w>,
    /// The name of what is made.
    pub(super) name: &'w str,
    pub(super) namespace: &'w str,
    /// The labels that it selects pods by, one at least.
    pub(super) labels: Cow<'w, Labels>,
}

/// The facts of a workload from which something is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum By<'w> {
    Budget {
        min_available: Option<IntOrPercent>,
        max_unavailable: Option<IntOrPercent>,
        unhealthy_pod_eviction_policy: Option<UnhealthyPodEvictionPolicy>,
        /// How many pods it covers.
        pods: Option<i64>,
    },
    Placement {
        kind: Kind,
        placement: &'w Placement,
        termination_grace_period_seconds: Option<i32>,
        node_loss_toleration_seconds: Option<i32>,
        is_without_namespace: bool,
    },
}

/// Nothing else is like it.
pub(crate) fn unlike(_: &Workload) -> Option<Alike<'_>> {
    None
}
