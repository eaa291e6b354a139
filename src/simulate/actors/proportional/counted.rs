//! The nodes and cores of a cluster, counted.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler/k8sclient/k8sclient.go.

use crate::simulate::actors::node_selector::NodeSelector;
use crate::simulate::world::World;

/// What the program counts.
/// Source: `ClusterStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub nodes: i64,
    pub cores: i64,
    pub schedulable_nodes: i64,
    pub schedulable_cores: i64,
}

impl Counted {
    /// Every node that has the labels counts, those that are cordoned or not ready too. Cores are rounded up once, of the
    /// sum.
    /// Source: `GetClusterStatus`.
    pub(super) fn of(world: &World, nodes: &NodeSelector) -> Self {
        let mut counted = Self::default();
        let (mut all, mut schedulable) = (0, 0);
        for id in world.present_nodes() {
            let node = world.node(id);
            if !nodes.selects(&node.labels, &world.symbols) {
                continue;
            }
            let cpu = node.allocatable.amount.cpu;
            counted.nodes += 1;
            all += cpu;
            if node.is_ready() && !node.is_cordoned {
                counted.schedulable_nodes += 1;
                schedulable += cpu;
            }
        }
        let cores = |millis: i64| (millis + 999).div_euclid(1000);
        counted.cores = cores(all);
        counted.schedulable_cores = cores(schedulable);
        counted
    }
}
