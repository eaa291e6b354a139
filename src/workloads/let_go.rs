//! How many pods of a workload the budgets in its manifests allow to be evicted at once.

use std::ptr::from_ref;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use crate::kubernetes::budget;
use crate::manifests::{BudgetIndex, ManifestBudget, ManifestWorkload, Manifests};
use crate::plan::Workload;

/// Sets that number for each workload that a budget of the manifests covers. All workloads that are drained when Spot
/// is lost share the evictions that one budget allows. A pod with two budgets cannot be evicted at all.
///
/// Source: kubernetes/kubernetes `pkg/registry/core/pod/storage/eviction.go`: more than one budget is an error.
pub(super) fn by_manifests(
    workloads: &mut [Workload],
    manifests: &Manifests,
    made: &[ManifestWorkload],
    budgets: &BudgetIndex<'_>,
) {
    let covering: Vec<Vec<&ManifestBudget>> = workloads
        .iter()
        .map(|workload| {
            let found = workload.found().and_then(|at| {
                let behind = at.checked_sub(manifests.workloads.len());
                let given = manifests.workloads.get(at);
                given.or_else(|| made.get(behind?))
            });
            let labels = found.map_or(&workload.selector, |found| &found.pod_labels);
            budgets.over(workload.namespace.as_str(), labels).collect()
        })
        .collect();
    let mut pods: HashMap<*const ManifestBudget, i64> = HashMap::new();
    let mut add = |budget: &ManifestBudget, usual: Option<i64>| {
        *pods.entry(from_ref(budget)).or_default() += usual.unwrap_or(1);
    };
    let planned: HashSet<usize> = workloads.iter().filter_map(Workload::found).collect();
    for (workload, covering) in workloads.iter().zip(&covering) {
        for budget in covering {
            add(budget, workload.usual_replicas());
        }
    }
    for other in &manifests.workloads {
        if !planned.contains(&other.number) {
            let usual = other.autoscaling.map(|(min, _)| min).or(other.replicas);
            for budget in budgets.over(other.namespace.as_deref(), &other.pod_labels) {
                add(budget, usual);
            }
        }
    }
    let mut left: HashMap<*const ManifestBudget, i64> = HashMap::new();
    for (workload, covering) in workloads.iter_mut().zip(covering) {
        workload.let_go_by_manifests = match covering[..] {
            [] => None,
            [budget] => {
                let key = from_ref(budget);
                let (least, most) = (budget.min_available, budget.max_unavailable);
                let left = left
                    .entry(key)
                    .or_insert_with(|| budget::allowed(least, most, pods[&key]));
                let count = workload.usual_replicas().unwrap_or(1).min(*left);
                if workload.prefers_spot() {
                    *left -= count;
                }
                Some(count)
            }
            _ => Some(0),
        };
    }
}
