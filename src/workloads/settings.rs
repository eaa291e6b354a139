//! What a class means for the pods of one workload.

use super::classes;
use crate::config::Class;
use crate::plan::{Placement, SpotPlacement};
use crate::providers::Facts;
use crate::values::OrNone;

/// Where the pods of a workload run, and how long they have.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub placement: Placement,
    /// None leaves the workload's own.
    pub termination_grace_period_seconds: Option<i32>,
    /// None leaves the 300 of Kubernetes.
    pub node_loss_toleration_seconds: Option<i32>,
}

impl Settings {
    pub(crate) fn new(class: &Class, is_daemon_set: bool, facts: &Facts) -> Self {
        let placement = class
            .placement
            .as_ref()
            .map(|declared| classes::placement(declared, facts))
            .unwrap_or_default();
        if is_daemon_set {
            return Self {
                placement: on_every_node(&placement),
                // Its controller tolerates lost nodes for ever by itself.
                ..Self::default()
            };
        }
        Self {
            placement,
            termination_grace_period_seconds: class
                .termination_grace_period_seconds
                .and_then(OrNone::seconds),
            node_loss_toleration_seconds: class
                .node_loss_toleration_seconds
                .and_then(OrNone::seconds),
        }
    }
}

/// A `DaemonSet` runs wherever it is let: all it needs is to be let onto Spot.
fn on_every_node(placement: &Placement) -> Placement {
    Placement {
        spot_placement: placement.spot_placement.map(|spot| {
            if spot == SpotPlacement::Never {
                SpotPlacement::Never
            } else {
                SpotPlacement::Tolerated
            }
        }),
        ..Placement::default()
    }
}
