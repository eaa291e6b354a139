//! The budgets in the manifests, by the workloads that they cover.

use std::collections::BTreeMap;

use super::plan::Budget;
use super::staying::{Named, has_known_pods};
use crate::kubernetes::LabelSelector;
use crate::manifests::{ManifestBudget, Manifests};
use crate::model::workload_view;
use crate::plan::Plan;

/// Those that cover workloads of the plan or the manifests. One that selects all pods of its namespace covers others, too, so it
/// is not known.
pub(super) fn of(plan: &Plan, manifests: Option<&Manifests>) -> Vec<Budget> {
    let mut covered: BTreeMap<(String, &str), Vec<Named>> = BTreeMap::new();
    for pods in workload_view::all(plan, manifests) {
        if !has_known_pods(pods) {
            continue;
        }
        let named = Named::of(pods);
        let over = pods.budget.into_iter().chain(pods.other_budget);
        for budget in over.filter(|budget| is_known(budget)) {
            let key = (named.namespace.clone(), budget.name.as_str());
            covered.entry(key).or_default().push(named.clone());
        }
    }
    let is_planned = |namespace: &str, name: &str| {
        let mut all = plan.workloads.iter();
        all.any(|workload| {
            let own = workload.disruption_budget.as_ref();
            workload.namespace == namespace && own.is_some_and(|own| own.name == name)
        })
    };
    let others = covered.into_iter();
    let others = others.filter(|((namespace, name), _)| !is_planned(namespace, name));
    let budgets = others.map(|((namespace, name), workloads)| Budget {
        namespace,
        name: name.to_owned(),
        workloads,
    });
    budgets.collect()
}

fn is_known(budget: &ManifestBudget) -> bool {
    let selector = budget.selector.as_ref();
    !budget.is_ours && selector.is_some_and(|selector| !LabelSelector::is_empty(selector))
}
