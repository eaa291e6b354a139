//! `InterPodAffinity`: points for the pods beside which this one would stand.

use super::scoring::{Scoring, Scratch};
use crate::model::score;

/// Source: interpodaffinity/scoring.go, `Score`, `NormalizeScore`.
pub(super) fn add(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    let snapshot = scoring.snapshot;
    let wishes = &scoring.attempt.questions.wishes;
    if wishes
        .iter()
        .all(|(_, domains)| snapshot.total(*domains) == 0)
    {
        return;
    }
    scratch.raw.clear();
    for node in scoring.nodes {
        let parts = wishes.iter().filter_map(|(weight, domains)| {
            let domain = snapshot.domain_in(*domains, *node)?;
            Some(weight * snapshot.pods_in(*domains, domain))
        });
        scratch.raw.push(parts.sum());
    }
    let most = scratch.raw.iter().copied().max().unwrap_or(0);
    let least = scratch.raw.iter().copied().min().unwrap_or(0);
    for (total, sum) in scratch.totals.iter_mut().zip(&scratch.raw) {
        *total += score::inter_pod(*sum, least, most);
    }
}
