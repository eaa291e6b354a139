//! The budget that a class means for a workload.

use crate::config::{Class, DisruptionBudget, Kind};
use crate::defaults;
use crate::plan::Budget;
use crate::values::Version;

/// A workload, as far as its budget hangs on it.
#[derive(Clone, Copy)]
pub(crate) struct Budgeted<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    /// The most pods that it ever has, where that is known.
    pub(crate) most: Option<i64>,
}

/// None where the class means none, or none for such a workload. `is_default` tells of a budget that is made unasked.
pub(crate) fn budget(
    class: &Class,
    is_default: bool,
    workload: Budgeted<'_>,
    version: Version,
) -> Option<Budget> {
    let Some(DisruptionBudget::Budget(declared)) = &class.disruption_budget else {
        return None;
    };
    if is_default && !deserves_budget(workload) {
        return None;
    }
    // One of a class is meant for those of its workloads that can have it.
    if declared.refusal(workload.kind).is_some() {
        return None;
    }
    let (major, minor) = defaults::UNHEALTHY_POLICY_SINCE;
    Some(Budget {
        name: declared
            .name
            .as_ref()
            .map_or_else(|| [workload.name, "-pdb"].concat(), ToString::to_string),
        min_available: declared.min_available,
        max_unavailable: if is_default && workload.kind == Kind::StatefulSet {
            Some(defaults::STATEFUL_BUDGET)
        } else {
            declared.max_unavailable
        },
        unhealthy_pod_eviction_policy: declared
            .unhealthy_pod_eviction_policy
            .filter(|_| version.at_least(major, minor)),
    })
}

/// Not a single pod, whose every drain it could only delay, nor kinds whose pods a budget cannot count by share.
fn deserves_budget(workload: Budgeted<'_>) -> bool {
    workload.kind.is_counted() && workload.most.is_none_or(|most| most > 1)
}
