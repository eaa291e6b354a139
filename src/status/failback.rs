//! Whether the descheduler, as its policies and its arguments have it, can move any pod back to Spot.

use std::collections::BTreeMap;

use super::cluster::Cluster;
use super::part::Part;
use super::seen::{hidden, takes_none};
use super::words::{agreeing, count, full_name};
use crate::components::descheduler::reach::reasons;
use crate::components::descheduler::{Descheduler, Evictor, counted_on_demand};
use crate::components::observe::spot;
use crate::config::{Kind, Spot};
use crate::diagnostic::Severity;
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::plan::Plan;

/// Tells why nothing is moved, unless a profile moves something.
pub(super) fn judge(part: &mut Part, cluster: &Cluster<'_>) {
    let preferring = preferring(cluster);
    let failbacks = cluster.installed.failbacks(cluster.plan);
    // The systems that are observed are in the order of the failbacks.
    let mut told = Vec::new();
    for ((found, _), system) in failbacks.zip(&cluster.observed) {
        let Some(descheduler) = &system.descheduler else {
            continue;
        };
        let map = &found.map.name;
        let limit = descheduler.limits.forbidding();
        let selector = found.policy.node_selector.as_deref();
        let blocked = if let Some(key) = limit {
            let key = key.in_policy();
            Some((
                format!("`{key}: 0` in {map}: it may evict no pod"),
                "set it to 1 or more, or remove it",
            ))
        } else if let Some((selector, nodes)) =
            selector.and_then(|own| Some((own, hidden(cluster, own)?)))
        {
            Some((
                format!("`nodeSelector: {selector}` in {map}: it sees {nodes}, and moves nothing"),
                "spotgen explain policy-hides-spot",
            ))
        } else if let Some(selector) = without_room(cluster, &descheduler.evictor) {
            Some((
                format!(
                    "`nodeSelector: {selector}` of the evictor in {map}: it looks for free capacity on no Spot node, and \
                     brings nothing back"
                ),
                "spotgen explain preferred-loop",
            ))
        } else {
            left_out(&system.plan, descheduler, &preferring)
        };
        match blocked {
            Some(blocked) => told.push(blocked),
            None => return loops(part, cluster.plan, &descheduler.evictor, map),
        }
    }
    if let Some((message, next)) = told.into_iter().next() {
        part.trouble("descheduler-moves-nothing", message, next);
    }
}

/// Tells that it evicts pods for which Spot has no room, again and again.
fn loops(part: &mut Part, plan: &Plan, evictor: &Evictor, map: &str) {
    let why = if !evictor.node_fit {
        format!("`nodeFit` is off in {map}")
    } else if let Some(pool) = counted_on_demand(plan, evictor) {
        format!(
            "the evictor in {map} counts free capacity on on-demand pool `{}`",
            pool.name
        )
    } else {
        return;
    };
    part.trouble(
        "descheduler-loops",
        format!("{why}: while Spot is full, it evicts the same pods in every round"),
        "spotgen explain preferred-loop",
    );
}

/// The selector of the evictor, if it looks for room on no Spot node: without `nodeFit`, it looks for none at all.
/// Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/defaultevictor.go, `PreEvictionFilter`.
fn without_room<'e>(cluster: &Cluster<'_>, evictor: &'e Evictor) -> Option<&'e str> {
    let selector = evictor.node_selector.as_str();
    let is_wrong = evictor.node_fit && !selector.is_empty() && takes_none(cluster, selector, true);
    is_wrong.then_some(selector)
}

/// The workloads whose pods prefer Spot and may have to be moved back.
fn preferring<'a>(cluster: &Cluster<'a>) -> Vec<&'a ManifestWorkload> {
    let workloads = cluster.manifests.workloads.iter();
    let is_one = |found: &&ManifestWorkload| {
        !found.is_of_the_system()
            && !found.kind.is_job()
            && !matches!(found.kind, Kind::Pod | Kind::DaemonSet)
            && spot(cluster.plan, found) == Spot::Preferred
    };
    workloads.filter(is_one).collect()
}

/// Why it leaves out every workload that prefers Spot, where it does. Those that it protects on purpose, for their volumes,
/// count for nothing.
fn left_out(
    plan: &Plan,
    descheduler: &Descheduler,
    preferring: &[&ManifestWorkload],
) -> Option<(String, &'static str)> {
    let mut blocked: BTreeMap<String, Vec<&ManifestWorkload>> = BTreeMap::new();
    for found in preferring {
        let reasons = reasons(plan, descheduler, WorkloadView::alone(found));
        let mut bad = reasons
            .iter()
            .filter(|reason| reason.level >= Severity::Warning);
        match bad.next() {
            Some(reason) => blocked.entry(reason.why.clone()).or_default().push(found),
            None if reasons.is_empty() => return None,
            None => {}
        }
    }
    let number: usize = blocked.values().map(Vec::len).sum();
    let (why, workloads) = blocked.iter().max_by_key(|(_, own)| own.len())?;
    Some((
        format!(
            "it moves none of {} that {} Spot; {}: {why}",
            count(number, "workload"),
            agreeing(number, "prefers", "prefer"),
            full_name(workloads[0])
        ),
        "spotgen explain never-fails-back",
    ))
}
