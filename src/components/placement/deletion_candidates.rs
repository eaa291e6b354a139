//! Which pods tolerate the soft taint of nodes that the autoscaler may delete soon.
//!
//! It is decided from what every delivery knows: the placement, what the configuration declares of a listed workload, and
//! what its manifest has itself. Where the configuration declares no replicas or no requests, any number and any size are
//! reckoned with, whatever a manifest says, for `spotgen patch` reads documents one by one, without the autoscaler that
//! may come later, and policies know the class alone. So they all decide alike, and pods are not rolled because they are
//! scaled.

use crate::config::{self, Kind};
use crate::model::Amount;
use crate::model::sides::Sides;
use crate::model::voter::Voter;
use crate::plan::{OwnPlacement, Placement};
use crate::values::{Int, Quantity};

/// What the configuration declares of a workload that it lists; of others nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared {
    replicas: Option<i64>,
    requests: Option<Amount>,
}

impl Declared {
    pub(crate) fn of(workload: &config::Workload) -> Self {
        let requests = workload.requests.as_ref().map(|requests| Amount {
            cpu: requests.cpu.as_ref().map_or(0, Quantity::millis),
            memory: requests.memory.as_ref().map_or(0, Quantity::bytes),
        });
        let most = workload.autoscaling.map(|range| range.max.get());
        Self {
            replicas: most.or(workload.replicas.map(Int::get)),
            requests: requests.filter(|requests| *requests != Amount::default()),
        }
    }
}

/// Whether pods that are placed so are to have the toleration.
pub(crate) fn are_tolerated(
    sides: Option<&Sides<'_>>,
    placement: &Placement,
    kind: Option<Kind>,
    declared: Declared,
    own: Option<&OwnPlacement>,
) -> bool {
    let voter = Voter {
        kind,
        replicas: declared.replicas,
        requests: declared.requests,
        placement: Some(placement),
        own,
    };
    placement.spot == Some(config::Spot::Preferred)
        && declared.replicas != Some(0)
        && sides.is_some_and(|sides| sides.is_to_tolerate_candidates(&voter))
}
