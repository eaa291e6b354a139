//! Budgets that allow no eviction of pods on Spot: neither a drain nor the descheduler can move those.

use super::cluster::Cluster;
use super::owners::note;
use super::part::Part;
use super::words::{add, count};
use crate::components::ComponentId;
use crate::kubernetes::Labels;
use crate::manifests::{BudgetIndex, Covers as _};
use crate::snapshot::{BudgetStatus, Controller, Pod};

const KIND: &str = "PodDisruptionBudget";

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::DisruptionBudgets.name());
    let budgets = &cluster.manifests.budgets;
    if budgets.is_empty() {
        return part;
    }
    part.is_there = true;
    part.fact(count(budgets.len(), "budget"));
    part.figure("budgets", budgets.len());
    for budget in budgets {
        let identity = identity(
            budget.namespace.as_deref().unwrap_or("default"),
            &budget.name,
        );
        note(&mut part, cluster, &identity);
    }
    if cluster.snapshot.budgets.is_empty() {
        part.gap(
            "what they allow: they have no status",
            "take the snapshot from the cluster, not from manifests",
        );
        return part;
    }
    if !cluster.has_pods() || cluster.nodes.is_empty() {
        part.gap("which of them are over pods on Spot", add("nodes,pods"));
        return part;
    }
    let spent = cluster
        .snapshot
        .budgets
        .iter()
        .filter(|own| own.allowed <= 0 && own.expected > 0);
    let spent: Vec<&BudgetStatus> = spent.collect();
    part.figure("allowNothing", spent.len());
    if !spent.is_empty() {
        part.fact(format!("{} without room for an eviction now", spent.len()));
        over_spot(&mut part, cluster, &spent);
    }
    part
}

fn identity(namespace: &str, name: &str) -> Controller {
    Controller {
        namespace: namespace.to_owned(),
        kind: KIND.to_owned(),
        name: name.to_owned(),
    }
}

/// Those of pods that are on Spot now.
fn over_spot(part: &mut Part, cluster: &Cluster<'_>, spent: &[&BudgetStatus]) {
    let index = BudgetIndex::new(&cluster.manifests.budgets);
    let mut over: Vec<(&str, &str)> = Vec::new();
    let is_on_spot =
        |pod: &&Pod| pod.is_alive() && cluster.nodes.of(pod).is_some_and(|place| place.is_spot);
    for pod in cluster.snapshot.pods.iter().filter(is_on_spot) {
        let labels: Labels = pod.labels.clone().into_iter().collect();
        for budget in index.over(pod.namespace.as_str(), &labels) {
            if budget.covers(Some(&pod.namespace), &labels) {
                over.push((&pod.namespace, &budget.name));
            }
        }
    }
    over.sort_unstable();
    for own in spent {
        let key = (own.namespace.as_str(), own.name.as_str());
        if over.binary_search(&key).is_err() {
            continue;
        }
        let BudgetStatus {
            healthy,
            desired,
            expected,
            ..
        } = own;
        part.trouble(
            "budget-allows-nothing",
            format!(
                "{}/{} lets no pod on Spot go: {healthy} of {expected} healthy, {desired} must be",
                own.namespace, own.name
            ),
            if healthy < expected {
                "make its pods ready: spotgen explain SpotBudgetAllowsNothing"
            } else {
                "let it spare a pod, or run one more: spotgen explain budget-allows-nothing"
            },
        );
    }
}
