//! The termination handler: whether a pod of it is on every Spot node.

use super::cluster::Cluster;
use super::owners::note_workload;
use super::part::Part;
use super::words::{count, names};
use crate::components::ComponentId;

/// A node younger than this may not have all of its pods yet.
const NEW_NODE: i64 = 5 * 60;

pub(super) fn judge(cluster: &Cluster<'_>) -> Part {
    let mut part = Part::new(ComponentId::TerminationHandler.name());
    let mut guarded: Vec<&str> = Vec::new();
    for found in cluster.installed.running(ComponentId::TerminationHandler) {
        part.is_there = true;
        note_workload(&mut part, cluster, found);
        let ready = cluster.pods_of(found).iter().filter(|pod| pod.is_ready);
        guarded.extend(ready.filter_map(|pod| pod.node.as_deref()));
    }
    if !part.is_there {
        return part;
    }
    if !cluster.has_pods() || cluster.nodes.is_empty() {
        part.gap("whether it is on every Spot node", cluster.add_places());
        return part;
    }
    guarded.sort_unstable();
    let all: Vec<_> = cluster.nodes.spot().collect();
    let bare: Vec<&str> = all
        .iter()
        .filter(|place| {
            place.node.is_ready && guarded.binary_search(&place.node.name.as_str()).is_err()
        })
        .filter(|place| {
            cluster
                .age(place.node.created)
                .is_none_or(|age| age >= NEW_NODE)
        })
        .map(|place| place.node.name.as_str())
        .collect();
    part.figure("spotNodes", all.len());
    part.figure("withoutHandler", bare.len());
    if bare.is_empty() {
        part.fact(match all.len() {
            0 => "no Spot node now".to_owned(),
            number => format!("on {number} of {}", count(number, "Spot node")),
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
    part
}
