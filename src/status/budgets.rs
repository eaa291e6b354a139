//! Budgets that allow no eviction of pods that are on Spot or belong there: neither a drain nor the descheduler can move
//! those.

use super::belonging::belongs;
use super::cluster::Cluster;
use super::owners::note;
use super::part::Part;
use super::placement::STUCK;
use super::words::{count, full_name, names};
use crate::components::ComponentId;
use crate::components::observe::spot;
use crate::config::{Kind, Spot};
use crate::kubernetes::Labels;
use crate::manifests::{BudgetIndex, Covers as _, ManifestWorkload};
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
    two_over_one(&mut part, cluster);
    if cluster.snapshot.budgets.is_empty() {
        part.gap(
            "what they allow: they have no status",
            "take the snapshot from the cluster, not from manifests",
        );
        return part;
    }
    if !cluster.has_pods() || cluster.nodes.is_empty() {
        part.gap("which of them are over pods on Spot", cluster.add_places());
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

/// Pods with two budgets, where Spot may be lost under them: nobody can evict those, whatever the budgets allow.
/// Source: kubernetes/kubernetes pkg/registry/core/pod/storage/eviction.go, `Create`: "This pod has more than one
/// `PodDisruptionBudget`, which the eviction subresource does not support", with code 500.
fn two_over_one(part: &mut Part, cluster: &Cluster<'_>) {
    let index = BudgetIndex::new(&cluster.manifests.budgets);
    let is_evicted = |found: &&ManifestWorkload| {
        found.kind != Kind::DaemonSet
            && found.placeholder.is_none()
            && spot(cluster.plan, found) != Spot::Never
    };
    let workloads = cluster.manifests.workloads.iter().filter(is_evicted);
    let doubled = workloads.filter_map(|found| {
        let over = index.over(found.namespace.as_deref(), &found.pod_labels);
        let over: Vec<&str> = over.map(|budget| budget.name.as_str()).collect();
        (over.len() > 1).then(|| (full_name(found), over))
    });
    let doubled: Vec<(String, Vec<&str>)> = doubled.collect();
    part.figure("doubled", doubled.len());
    for (name, budgets) in doubled {
        part.trouble(
            "two-budgets",
            format!(
                "the pods of {name} have {}, {}: the API server refuses to evict a pod with more than one",
                count(budgets.len(), "budget"),
                names(&budgets)
            ),
            "remove all but one: spotgen explain overlapping-budgets",
        );
    }
}

fn identity(namespace: &str, name: &str) -> Controller {
    Controller {
        namespace: namespace.to_owned(),
        kind: KIND.to_owned(),
        name: name.to_owned(),
    }
}

/// Those of pods that are on Spot now, and those of pods that have to come back to it.
fn over_spot(part: &mut Part, cluster: &Cluster<'_>, spent: &[&BudgetStatus]) {
    let is_on_spot =
        |pod: &&Pod| pod.is_alive() && cluster.nodes.of(pod).is_some_and(|place| place.is_spot);
    let pods = cluster.snapshot.pods.iter();
    let on_spot = over(cluster, pods.filter(is_on_spot));
    let workloads = cluster.manifests.workloads.iter();
    let belonging = workloads.filter(|found| belongs(cluster, found));
    let off_spot = belonging
        .flat_map(|found| cluster.pods_of(found))
        .copied()
        .filter(|pod| pod.is_alive() && !is_on_spot(pod));
    let off_spot: Vec<&Pod> = off_spot.collect();
    let over_off_spot = over(cluster, off_spot.iter().copied());
    let is_stuck = |pod: &&&Pod| cluster.is_older(pod.created, STUCK);
    let over_stuck = over(cluster, off_spot.iter().filter(is_stuck).copied());
    for own in spent {
        let key = (own.namespace.as_str(), own.name.as_str());
        // While a failover is under way, pods that are not ready yet use up a budget for a while.
        let is_whole = own.healthy >= own.expected;
        let what = if on_spot.binary_search(&key).is_ok() {
            "lets no pod on Spot go"
        } else if over_stuck.binary_search(&key).is_ok()
            || (is_whole && over_off_spot.binary_search(&key).is_ok())
        {
            "lets no pod go back to Spot"
        } else {
            continue;
        };
        nothing_allowed(part, own, what);
    }
}

/// Namespace and name of every budget over some pods, sorted.
fn over<'c>(cluster: &Cluster<'c>, pods: impl Iterator<Item = &'c Pod>) -> Vec<(&'c str, &'c str)> {
    let index = BudgetIndex::new(&cluster.manifests.budgets);
    let mut over: Vec<(&str, &str)> = Vec::new();
    for pod in pods {
        let labels: Labels = pod.labels.clone().into_iter().collect();
        for budget in index.over(pod.namespace.as_str(), &labels) {
            if budget.covers(Some(&pod.namespace), &labels) {
                over.push((&pod.namespace, &budget.name));
            }
        }
    }
    over.sort_unstable();
    over
}

fn nothing_allowed(part: &mut Part, own: &BudgetStatus, what: &str) {
    let BudgetStatus {
        namespace,
        name,
        healthy,
        desired,
        expected,
        ..
    } = own;
    part.trouble(
        "budget-allows-nothing",
        format!("{namespace}/{name} {what}: {healthy} of {expected} healthy, {desired} must be"),
        if healthy < expected {
            "make its pods ready: spotgen explain SpotBudgetAllowsNothing"
        } else {
            "let it spare a pod, or run one more: spotgen explain budget-allows-nothing"
        },
    );
}
