//! What the descheduler has moved, and what came back to on-demand.

use super::cluster::Cluster;
use super::part::Part;
use super::words::{add, count, names};
use crate::snapshot::{Age, Event, Pod};

/// A replacement is made within this many seconds of an eviction.
const REPLACED_WITHIN: i64 = 120;

/// So many that came back are no accident.
const LOOP: usize = 2;

/// What the events of evictions have, whatever the strategy.
/// Source: kubernetes-sigs/descheduler pkg/descheduler/evictions/evictions.go, `EvictPod`: the reporter is
/// `sigs.k8s.io/descheduler`, the reason the strategy.
const REPORTER: &str = "descheduler";

pub(super) fn judge(part: &mut Part, cluster: &Cluster<'_>) {
    if !cluster.snapshot.has("Event") {
        part.gap(
            "whether it has moved pods lately: there are no events",
            add("events"),
        );
        return;
    }
    let is_move = |event: &&Event| event.by.contains(REPORTER) && event.about.kind == "Pod";
    let moves: Vec<&Event> = cluster.snapshot.events.iter().filter(is_move).collect();
    part.figure("moved", moves.len());
    let last = moves.iter().filter_map(|event| event.last).max();
    match cluster.age(last) {
        Some(age) => part.fact(format!(
            "moved {}, the last {} ago",
            count(moves.len(), "pod"),
            Age(age)
        )),
        None => part.fact("has moved no pod within the last hour"),
    }
    let back: Vec<&str> = moves
        .iter()
        .filter_map(|event| came_back(cluster, event))
        .collect();
    part.figure("cameBack", back.len());
    if back.len() >= LOOP && back.len() * 2 >= moves.len() {
        part.trouble(
            "moves-came-back",
            format!(
                "{} of {} came back to on-demand: {}",
                back.len(),
                count(moves.len(), "moved pod"),
                names(&back)
            ),
            "spotgen explain SpotEvictionLoop",
        );
    }
}

/// The pod on on-demand that took the place of one that was moved.
fn came_back<'a>(cluster: &Cluster<'a>, event: &Event) -> Option<&'a str> {
    let moved = event.last?;
    // Pods of one owner have all but the last part of their names in common.
    let (stem, _) = event.about.name.rsplit_once('-')?;
    let is_replacement = |pod: &&Pod| {
        let after = pod.created.map(|created| created.seconds_since(moved));
        let own = pod.name.rsplit_once('-').map(|(stem, _)| stem);
        pod.namespace == event.about.namespace
            && own == Some(stem)
            && after.is_some_and(|after| (0..=REPLACED_WITHIN).contains(&after))
    };
    let pod = cluster.snapshot.pods.iter().find(is_replacement)?;
    let place = cluster.nodes.of(pod)?;
    (!place.is_spot).then_some(pod.name.as_str())
}
