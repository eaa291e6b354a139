//! The budget that a class gives to a workload.

use smol_str::SmolStr;

use crate::config::{Class, DisruptionBudget, Kind};
use crate::defaults;
use crate::plan::Budget;
use crate::values::Version;

/// The facts about a workload that its budget depends on.
#[derive(Clone, Copy)]
pub(crate) struct Budgeted<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    /// The largest number of pods, if known.
    pub(crate) most: Option<i64>,
}

/// `None` if the class has no budget, or none for such a workload. `is_default` tells whether it is the built-in one.
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
    // The budget of a class applies to those of its workloads that can have one.
    if declared.refusal(workload.kind).is_some() {
        return None;
    }
    let (major, minor) = defaults::UNHEALTHY_POLICY_SINCE;
    Some(Budget {
        name: declared
            .name
            .as_ref()
            .map_or_else(|| default_name(workload.name), |name| name.clone().into()),
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

/// What the name of a budget has behind that of its workload.
const SUFFIX: &str = "-pdb";

/// The name of the budget of a workload, if no other is declared.
pub(crate) fn default_name(workload: &str) -> SmolStr {
    [workload, SUFFIX].into_iter().collect()
}

/// Whether a class declares the name of the budgets.
pub(crate) fn is_named(class: &Class) -> bool {
    matches!(&class.disruption_budget, Some(DisruptionBudget::Budget(declared)) if declared.name.is_some())
}

/// False for a single pod, whose drain a budget can only delay, and for kinds whose pods Kubernetes cannot count.
fn deserves_budget(workload: Budgeted<'_>) -> bool {
    workload.kind.is_counted() && workload.most.is_none_or(|most| most > 1)
}
