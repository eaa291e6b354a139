//! `NodeResourcesFit` and `NodeResourcesBalancedAllocation`: what is free, and how evenly.

use super::scoring::{Scoring, Scratch};
use crate::model::score;

/// Source: noderesources/fit.go, `Score`; `least_allocated.go`.
pub(super) fn add_fit(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    let own = scoring.template().counted;
    for (total, node) in scratch.totals.iter_mut().zip(scoring.nodes) {
        if let Some(place) = scoring.snapshot.place(*node) {
            *total += score::least_allocated(place.allocatable.amount, place.counted.plus(own));
        }
    }
}

/// Source: `noderesources/balanced_allocation.go`, `PreScore`, `Score`.
pub(super) fn add_balance(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    let own = scoring.template().requests.amount;
    for (total, node) in scratch.totals.iter_mut().zip(scoring.nodes) {
        if let Some(place) = scoring.snapshot.place(*node) {
            let (all, before) = (place.allocatable.amount, place.requested.amount);
            *total += score::balanced(scoring.version, all, before, own);
        }
    }
}
