//! Which pods tolerate the soft taint of nodes that the autoscaler may delete soon.
//!
//! It is decided from what every delivery knows: the placement, what the configuration declares of a listed workload, and
//! what its manifest has itself. Where the configuration declares no replicas or no requests, any number and any size are
//! reckoned with, whatever a manifest says, for `spotgen patch` reads documents one by one, without the autoscaler that
//! may come later, and policies know the class alone. So they all decide alike, and pods are not rolled because they are
//! scaled.

use crate::config::{Kind, Spot};
use crate::manifests::ExistingPlacement;
use crate::model::sides::Sides;
use crate::model::voter::Voter;
use crate::plan::Placement;
use crate::workloads::Declared;

/// Whether pods that are placed so are to have the toleration.
pub(crate) fn are_tolerated(
    sides: Option<&Sides<'_>>,
    placement: &Placement,
    kind: Option<Kind>,
    declared: Declared,
    existing: Option<&ExistingPlacement>,
) -> bool {
    if declared.replicas == Some(0) {
        return false;
    }
    let Some(sides) = sides else {
        return false;
    };
    let voter = Voter {
        kind,
        replicas: declared.replicas,
        requests: declared.requests,
        placement: Some(placement),
        existing,
    };
    match placement.spot() {
        Some(Spot::Preferred) => sides.is_to_tolerate_candidates(&voter),
        Some(Spot::Avoided) => sides.shrinks_on_demand() && !voter.tolerates_candidates(),
        _ => false,
    }
}
