//! The termination handler: whether a pod of it is on every Spot node, or what else drains those.

use super::cluster::Cluster;
use super::nodes::Place;
use super::owners::note_workload;
use super::part::Part;
use super::words::{count, full_name, kubectl, names};
use crate::components::ComponentId;
use crate::components::termination_handler::others;
use crate::config::Kind;
use crate::manifests::ManifestWorkload;
use crate::providers::Drain;

/// A node younger than this may not have all of its pods yet.
const NEW_NODE: i64 = 5 * 60;

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::TerminationHandler.name());
    let others = others(cluster.snapshot, cluster.manifests);
    let own = cluster.installed.running(ComponentId::TerminationHandler);
    let all: Vec<&ManifestWorkload> = own.chain(others.iter().copied()).collect();
    for found in &all {
        note_workload(&mut part, cluster, found);
    }
    for found in &others {
        part.fact(format!("{}, which is none of spotgen's", full_name(found)));
    }
    part.is_there = !all.is_empty();
    if !part.is_there {
        drained_by_cloud(&mut part, cluster);
        return part;
    }
    if !cluster.has_pods() || cluster.nodes.is_empty() {
        part.gap("whether it is on every Spot node", cluster.add_places());
        return part;
    }
    let (on_nodes, central): (Vec<&ManifestWorkload>, Vec<&ManifestWorkload>) =
        all.iter().partition(|found| found.kind == Kind::DaemonSet);
    for found in &central {
        of_a_queue(&mut part, cluster, found);
    }
    if central.is_empty() {
        of_nodes(&mut part, cluster, &on_nodes, !others.is_empty());
    }
    part
}

/// One that reads the notices of all nodes from a queue.
/// Source: aws/aws-node-termination-handler README.md, "Queue Processor": a `Deployment`.
fn of_a_queue(part: &mut Part, cluster: &Cluster<'_>, found: &ManifestWorkload) {
    let pods = cluster.pods_of(found).iter();
    let ready = pods.filter(|pod| pod.is_alive() && pod.is_ready).count();
    part.figure("ready", ready);
    if ready > 0 {
        part.fact("takes the notices of all nodes from a queue");
        return;
    }
    let namespace = found.namespace.as_deref().unwrap_or("default");
    part.trouble(
        "handler-not-ready",
        format!("{} has no ready pod", full_name(found)),
        kubectl(namespace, "describe", found.kind.as_str(), &found.name),
    );
}

/// Those with a pod on each node that they look after.
fn of_nodes(
    part: &mut Part,
    cluster: &Cluster<'_>,
    handlers: &[&ManifestWorkload],
    is_of_others: bool,
) {
    let mut guarded: Vec<&str> = Vec::new();
    for found in handlers {
        let ready = cluster.pods_of(found).iter().filter(|pod| pod.is_ready);
        guarded.extend(ready.filter_map(|pod| pod.node.as_deref()));
    }
    guarded.sort_unstable();
    let all: Vec<_> = cluster.nodes.spot().collect();
    let is_old = |place: &&&Place<'_>| {
        let age = cluster.age(place.node.created);
        age.is_none_or(|age| age >= NEW_NODE)
    };
    let is_bare = |place: &&&Place<'_>| {
        place.node.is_ready && guarded.binary_search(&place.node.name.as_str()).is_err()
    };
    let bare: Vec<&&Place<'_>> = all.iter().filter(is_bare).filter(is_old).collect();
    let (drained, bare): (Vec<&&Place<'_>>, Vec<&&Place<'_>>) = bare
        .into_iter()
        .partition(|place| is_of_others && is_drained(cluster, place));
    let bare: Vec<&str> = bare.iter().map(|place| place.node.name.as_str()).collect();
    part.figure("spotNodes", all.len());
    part.figure("withoutHandler", bare.len());
    if !drained.is_empty() {
        part.fact(drains(cluster, drained.len()));
    }
    if bare.is_empty() {
        part.fact(match all.len() - drained.len() {
            0 if drained.is_empty() => "no Spot node now".to_owned(),
            number => format!("on {number} of {}", count(all.len(), "Spot node")),
        });
    } else {
        part.trouble(
            "handler-missing",
            format!(
                "{} of {} without a ready pod of it: {}",
                bare.len(),
                count(all.len(), "Spot node"),
                names(&bare)
            ),
            "spotgen explain SpotHandlerMissing",
        );
    }
}

/// Whether the cloud itself drains a node when the notice comes: EKS those of its managed node groups, GKE all of its
/// pools. A node of a pool of the cloud has its label.
fn is_drained(cluster: &Cluster<'_>, place: &Place<'_>) -> bool {
    let facts = cluster.plan.provider;
    facts.interruption.drain == Drain::OnNotice && place.node.labels.contains_key(facts.labels.pool)
}

/// Where there is no handler, what takes its place.
fn drained_by_cloud(part: &mut Part, cluster: &Cluster<'_>) {
    let spot = cluster.nodes.spot();
    let drained = spot.filter(|place| is_drained(cluster, place)).count();
    if drained > 0 {
        part.fact(drains(cluster, drained));
    }
}

fn drains(cluster: &Cluster<'_>, number: usize) -> String {
    format!(
        "{} drains {} by itself",
        cluster.plan.provider.title,
        count(number, "Spot node")
    )
}
