//! Recording rules of budgets.
//!
//! No metric tells which pods a budget covers. Those of the budgets of the plan and of the manifests are
//! known by the workloads that own them.

use std::collections::BTreeMap;

use super::nodes::ZERO;
use super::pods;
use super::staying::Named;
use crate::components::System;
use crate::kubernetes::{Labels, prometheus::PrometheusRule};

/// The pods on Spot that a drain evicts: also those whose class only tolerates Spot, or avoids it.
pub(super) const PODS: &str = "pod:spotgen_on_spot:info";
/// The pods on Spot that a budget of the plan or of the manifests covers, for each such budget: zero where there are none.
pub(super) const ON_SPOT: &str = "budget:spotgen_pods_on_spot:count";
/// The budgets that allow nothing, although they cover pods.
pub(super) const BLOCKED: &str = "budget:spotgen_allows_nothing:info";

/// By which the metrics of kube-state-metrics tell budgets apart.
/// Source: kubernetes/kube-state-metrics docs/metrics/policy/poddisruptionbudget-metrics.md.
pub(super) const KEY: &str = "cluster, namespace, poddisruptionbudget";

pub(super) fn all(system: &System) -> Vec<PrometheusRule> {
    let mut covered: BTreeMap<(&str, &str), Vec<Named>> = BTreeMap::new();
    for workload in &system.plan.workloads {
        if let Some(budget) = &workload.disruption_budget {
            let own = covered.entry((&workload.namespace, &budget.name));
            own.or_default().push(Named::from(workload));
        }
    }
    let found = system.monitoring.iter();
    for budget in found.flat_map(|monitoring| &monitoring.budgets) {
        let own = covered.entry((&budget.namespace, &budget.name));
        own.or_default().extend(budget.workloads.iter().cloned());
    }
    let mut rules = vec![PrometheusRule::record(PODS, pods::on_spot(system))];
    let covered = covered.into_iter();
    rules.extend(
        covered.map(|((namespace, budget), workloads)| on_spot(namespace, budget, &workloads)),
    );
    rules.push(PrometheusRule::record(
        BLOCKED,
        format!(
            "max by ({KEY}) (kube_poddisruptionbudget_status_pod_disruptions_allowed) == 0\n\
             and on ({KEY}) (max by ({KEY}) (kube_poddisruptionbudget_status_expected_pods) > 0)"
        ),
    ));
    rules
}

fn on_spot(namespace: &str, budget: &str, workloads: &[Named]) -> PrometheusRule {
    let matchers = pods::matchers(workloads).into_iter();
    let selectors: Vec<String> = matchers
        .map(|matchers| format!("{PODS}{{{matchers}}}"))
        .collect();
    PrometheusRule::Record {
        record: ON_SPOT,
        expr: format!("count by (cluster) ({})\nor {ZERO}", selectors.join(" or ")),
        labels: Some(Labels::from([
            ("namespace".to_owned(), namespace.to_owned()),
            ("poddisruptionbudget".to_owned(), budget.to_owned()),
        ])),
    }
}
