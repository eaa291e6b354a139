//! What the descheduler has moved, and what came back to on-demand.

use std::collections::BTreeMap;

use super::cluster::Cluster;
use super::part::Part;
use super::words::{add, count, names};
use crate::snapshot::{Age, Event, Pod, Time};

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
    let back = came_back(cluster, &moves);
    part.figure("cameBack", back.len());
    if back.len() >= LOOP && back.len() * 2 >= moves.len() {
        let all = count(moves.len(), "moved pod");
        part.trouble(
            "moves-came-back",
            format!(
                "{} of {all} came back to on-demand: {}",
                back.len(),
                names(&back)
            ),
            "spotgen explain SpotEvictionLoop",
        );
    }
}

/// Namespace and name of an owner of pods: those have all but the last part of their names in common.
type Stem<'a> = (&'a str, &'a str);

fn stem<'a>(namespace: &'a str, name: &'a str) -> Option<Stem<'a>> {
    let (stem, _) = name.rsplit_once('-')?;
    Some((namespace, stem))
}

/// The pods on on-demand that took the places of those that were moved.
fn came_back<'a>(cluster: &Cluster<'a>, moves: &[&Event]) -> Vec<&'a str> {
    let mut times: BTreeMap<Stem<'_>, Vec<Time>> = BTreeMap::new();
    for event in moves {
        let stem = stem(&event.about.namespace, &event.about.name);
        if let Some((stem, last)) = stem.zip(event.last) {
            times.entry(stem).or_default().push(last);
        }
    }
    let is_back = |pod: &&Pod| {
        let stem = stem(&pod.namespace, &pod.name);
        let Some((times, created)) = stem.and_then(|stem| times.get(&stem)).zip(pod.created) else {
            return false;
        };
        let is_after = |moved: &Time| {
            let after = created.seconds_since(*moved);
            (0..=REPLACED_WITHIN).contains(&after)
        };
        times.iter().any(is_after) && cluster.nodes.of(pod).is_some_and(|place| !place.is_spot)
    };
    let pods = cluster.snapshot.pods.iter().filter(is_back);
    pods.map(|pod| pod.name.as_str()).collect()
}
