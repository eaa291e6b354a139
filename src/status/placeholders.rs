//! Placeholders: how many are wanted, run and wait, and on which pools.

use std::collections::BTreeMap;

use super::cluster::Cluster;
use super::owners::note_workload;
use super::part::Part;
use super::words::{LOST, add, count, full_name, kubectl, on_lost_nodes, short};
use crate::components::ComponentId;
use crate::manifests::ManifestWorkload;
use crate::snapshot::{Age, Phase, Pod};

/// A node boots in a few minutes, and the autoscaler gives up on one after 15: what waits longer waits in vain.
/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `max-node-provision-time`.
pub(super) const TOO_LONG: i64 = 20 * 60;

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::Overprovisioner.name());
    let (mut wanted, mut running, mut pending, mut lost) = (0, 0, 0, 0);
    let mut pools: BTreeMap<&str, usize> = BTreeMap::new();
    for found in cluster.installed.placeholders() {
        part.is_there = true;
        note_workload(&mut part, cluster, found);
        if found.is_off() {
            off(&mut part, cluster, found);
        }
        let own = usize::try_from(found.replicas.unwrap_or(1)).unwrap_or(0);
        wanted += own;
        let alive = || cluster.pods_of(found).iter().filter(|pod| pod.is_alive());
        for pod in alive().filter(|pod| pod.phase == Phase::Running) {
            running += 1;
            let is_lost = || {
                cluster
                    .nodes
                    .of(pod)
                    .is_none_or(|place| !place.node.is_ready)
            };
            if !cluster.nodes.is_empty() && is_lost() {
                lost += 1;
            }
            let pool = cluster
                .nodes
                .of(pod)
                .map_or("unknown nodes", |place| &place.pool);
            *pools.entry(pool).or_default() += 1;
        }
        let waiting: Vec<&Pod> = alive()
            .filter(|pod| pod.phase == Phase::Pending)
            .copied()
            .collect();
        pending += waiting.len();
        if cluster.has_pods() {
            judge_pods(&mut part, cluster, found, &waiting, (own, alive().count()));
        }
    }
    if !part.is_there {
        return part;
    }
    if !cluster.has_pods() {
        part.gap("whether placeholders run: there are no pods", add("pods"));
        return part;
    }
    part.figure("wanted", wanted);
    part.figure("running", running);
    part.figure("pending", pending);
    part.figure("onLostNodes", lost);
    if lost > 0 {
        part.gap(
            on_lost_nodes(lost, "placeholder", ("holds room", "hold room")),
            LOST,
        );
    }
    part.figure("pools", serde_json::json!(pools));
    part.fact(if running > wanted {
        format!("{running} running, {wanted} wanted")
    } else {
        format!("{running} of {wanted} running")
    });
    if pending > 0 {
        part.fact(format!("{pending} pending"));
    }
    let pools: Vec<String> = pools
        .iter()
        .map(|(pool, number)| format!("{number} on {pool}"))
        .collect();
    if !pools.is_empty() {
        part.fact(pools.join(", "));
    }
    part
}

/// One without replicas holds no room. That of a proportional autoscaler may have none for now.
fn off(part: &mut Part, cluster: &Cluster<'_>, found: &ManifestWorkload) {
    let mut scalers = cluster.installed.scalers();
    if scalers.any(|scaler| scaler.scales(found)) || is_planned_off(cluster, found) {
        return;
    }
    let namespace = found.namespace.as_deref().unwrap_or("default");
    part.trouble(
        "placeholder-off",
        format!(
            "{} is scaled to 0: it holds no room for pods that lose Spot",
            full_name(found)
        ),
        format!(
            "{} --replicas=NUMBER",
            kubectl(namespace, "scale", found.kind.as_str(), &found.name)
        ),
    );
}

/// Whether the configuration has no replicas for it either.
fn is_planned_off(cluster: &Cluster<'_>, found: &ManifestWorkload) -> bool {
    let overprovisioner = cluster
        .planned
        .and_then(|system| system.overprovisioner.as_ref());
    overprovisioner.is_some_and(|overprovisioner| {
        let mut placeholders = overprovisioner.placeholders.iter();
        placeholders.any(|own| own.replicas == Some(0) && found.name.ends_with(&own.name))
    })
}

fn judge_pods(
    part: &mut Part,
    cluster: &Cluster<'_>,
    found: &ManifestWorkload,
    waiting: &[&Pod],
    (wanted, alive): (usize, usize),
) {
    let stuck = waiting
        .iter()
        .filter(|pod| cluster.is_older(pod.created, TOO_LONG));
    let stuck: Vec<&&Pod> = stuck.collect();
    if let Some(oldest) = stuck.iter().min_by_key(|pod| pod.created) {
        let age = cluster
            .age(oldest.created)
            .map_or(String::new(), |age| format!(" for {}", Age(age)));
        let reason = oldest
            .unschedulable
            .as_deref()
            .map(|why| format!(": {}", short(why)));
        part.trouble(
            "placeholder-pending",
            format!(
                "{} of {} pending{age}{}",
                count(stuck.len(), "placeholder"),
                full_name(found),
                reason.unwrap_or_default()
            ),
            "spotgen explain SpotPlaceholdersPending",
        );
    }
    if alive < wanted {
        let namespace = found.namespace.as_deref().unwrap_or("default");
        part.trouble(
            "placeholder-short",
            format!(
                "{} has {alive} of {}: its controller makes no more",
                full_name(found),
                count(wanted, "pod")
            ),
            kubectl(namespace, "describe", found.kind.as_str(), &found.name),
        );
    }
}
