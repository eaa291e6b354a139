//! `TaintToleration`: fewer soft taints that the pod does not tolerate are better.

use super::scoring::{Scoring, Scratch};
use crate::kubernetes::Effect;
use crate::model::score;

/// Source: `tainttoleration/taint_toleration.go`, `Score`, `NormalizeScore`.
pub(super) fn add(scoring: &Scoring<'_>, scratch: &mut Scratch) {
    let tolerations = &scoring.template().tolerations;
    scratch.raw.clear();
    for node in scoring.nodes {
        let taints = scoring
            .snapshot
            .place(*node)
            .map_or(&[][..], |place| &place.taints);
        let soft = taints
            .iter()
            .filter(|taint| taint.effect == Effect::PreferNoSchedule);
        let untolerated = soft.filter(|taint| !tolerations.tolerate(**taint)).count();
        scratch
            .raw
            .push(i64::try_from(untolerated).unwrap_or(i64::MAX));
    }
    let most = scratch.raw.iter().copied().max().unwrap_or(0);
    for (total, untolerated) in scratch.totals.iter_mut().zip(&scratch.raw) {
        *total += score::taints(*untolerated, most);
    }
}
