//! The descheduler: whether it runs, evicts, and can read its policy.

use super::cluster::Cluster;
use super::moves;
use super::owners::note_workload;
use super::part::Part;
use super::policies;
use super::scheduled;
use super::words::{add, count, full_name, kubectl, short};
use crate::components::ComponentId;
use crate::components::descheduler::rounds::{self, Rounds};
use crate::config::Kind;
use crate::manifests::ManifestWorkload;
use crate::snapshot::{Phase, Pod};

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::Descheduler.name());
    for found in cluster.installed.running(ComponentId::Descheduler) {
        part.is_there = true;
        note_workload(&mut part, cluster, found);
        match rounds::of(found) {
            Rounds::Never(idle) => part.trouble(
                "descheduler-idle",
                format!("{}: {}", full_name(found), idle.why()),
                "spotgen explain idle-descheduler",
            ),
            _ => pods(&mut part, cluster, found),
        }
        if let Some(idle) = cluster.installed.without_file(found) {
            part.trouble(
                "descheduler-idle",
                format!("{}: {}", full_name(found), idle.why()),
                "spotgen explain idle-descheduler",
            );
        }
    }
    if part.is_there {
        policies::judge(&mut part, cluster);
        moves::judge(&mut part, cluster);
    }
    part
}

/// Whether it runs: one pod of a controller that keeps it, or the last one that a schedule has started.
fn pods(part: &mut Part, cluster: &Cluster<'_>, found: &ManifestWorkload) {
    if !cluster.has_pods() {
        part.gap("whether it runs: there are no pods", add("pods"));
        return;
    }
    let pods = cluster.pods_of(found);
    if matches!(found.kind, Kind::CronJob | Kind::Job) {
        let newest = pods.iter().max_by_key(|pod| pod.created);
        match newest.map(|pod| pod.phase) {
            None => scheduled::without_pod(part, cluster, found),
            Some(Phase::Failed) => not_ready(part, found, newest.copied()),
            Some(_) => part.fact("its last round ended well or still runs"),
        }
        return;
    }
    let ready = pods
        .iter()
        .filter(|pod| pod.is_alive() && pod.is_ready)
        .count();
    part.figure("ready", ready);
    if ready == 0 {
        not_ready(part, found, pods.iter().find(|pod| pod.is_alive()).copied());
    } else {
        part.fact(format!("{} ready", count(ready, "pod")));
    }
}

fn not_ready(part: &mut Part, found: &ManifestWorkload, pod: Option<&Pod>) {
    let why = pod.and_then(|pod| pod.unschedulable.as_deref().or(pod.trouble.as_deref()));
    let why = why
        .map(|why| format!(": {}", short(why)))
        .unwrap_or_default();
    let what = match pod {
        Some(pod) => format!("its pod {} is not ready{why}", pod.name),
        None => "it has no pod".to_owned(),
    };
    let namespace = found.namespace.as_deref().unwrap_or("default");
    let verb = if pod.is_some() { "logs" } else { "describe" };
    part.trouble(
        "descheduler-not-ready",
        format!("{}: {what}", full_name(found)),
        kubectl(namespace, verb, found.kind.as_str(), &found.name),
    );
}
