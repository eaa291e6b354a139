//! `NodeAffinity`: the weights of the preferences that a node meets.

use super::scoring::{Scoring, Scratch};
use crate::model::score;

/// Source: `nodeaffinity/node_affinity.go`, `Score`, `NormalizeScore`.
pub(super) fn add(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    let preferred = &scoring.template().preferred_nodes;
    if preferred.is_empty() {
        return;
    }
    scratch.raw.clear();
    for node in scoring.nodes {
        let place = scoring.snapshot.place(*node);
        let meets = preferred.iter().filter(|one| {
            place.is_some_and(|place| {
                one.term
                    .holds(place.name, &place.labels, &scoring.world.symbols)
            })
        });
        scratch.raw.push(meets.map(|one| one.weight).sum());
    }
    let most = scratch.raw.iter().copied().max().unwrap_or(0);
    for (total, weight) in scratch.totals.iter_mut().zip(&scratch.raw) {
        *total += score::node_affinity(*weight, most);
    }
}
