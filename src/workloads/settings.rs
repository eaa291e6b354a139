//! The settings that a class gives to the pods of one workload.

use super::{base, classes};
use crate::config::Class;
use crate::plan::{Placement, SpotPlacement};
use crate::providers::Facts;
use crate::values::OrNone;

/// Where the pods of a workload run, and how long they may take to stop.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub placement: Placement,
    /// How many pods a second workload runs on on-demand.
    pub on_demand_base: i64,
    /// `None` keeps the workload's own.
    pub termination_grace_period_seconds: Option<i32>,
    /// `None` keeps the 300 s of Kubernetes.
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
                // Its controller adds tolerations for lost nodes without a time limit.
                ..Self::default()
            };
        }
        Self {
            placement,
            on_demand_base: base::count(class),
            termination_grace_period_seconds: class
                .termination_grace_period_seconds
                .and_then(OrNone::seconds),
            node_loss_toleration_seconds: class
                .node_loss_toleration_seconds
                .and_then(OrNone::seconds),
        }
    }
}

/// A `DaemonSet` runs on every node that it tolerates: it needs only the toleration for Spot.
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
