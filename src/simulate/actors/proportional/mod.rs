//! The cluster-proportional-autoscaler: as many replicas as the number of nodes and cores asks for.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler.

mod params;
#[cfg(test)]
mod tests;

pub use params::{Mode, Params, Refused};

use super::node_selector::NodeSelector;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Millis, OwnerId, World};

/// The program as it runs, with the parameters of its `ConfigMap`.
#[derive(Clone, Debug)]
pub struct Proportional {
    /// `None`: it has refused them, and the target keeps its replicas.
    params: Option<Params>,
    target: OwnerId,
    nodes: NodeSelector,
    poll: Millis,
}

/// What it counts.
/// Source: the same folder, k8sclient/k8sclient.go, `ClusterStatus`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    pub nodes: i64,
    pub cores: i64,
    pub schedulable_nodes: i64,
    pub schedulable_cores: i64,
}

impl Proportional {
    /// `nodes` is `--nodelabels`, and may be empty. `None`: it is not a selector, and the program lists no node.
    pub fn new(
        world: &mut World,
        params: Option<Params>,
        target: OwnerId,
        nodes: &str,
        poll: Millis,
    ) -> Option<Self> {
        Some(Self {
            params,
            target,
            nodes: NodeSelector::parse(nodes, &mut world.symbols)?,
            poll,
        })
    }

    pub fn target(&self) -> OwnerId {
        self.target
    }

    /// Its `ConfigMap` has changed. With what it refuses, it changes nothing more, even though it knew better before.
    /// Source: the same folder, `autoscaler_server.go`, `pollAPIServer`; controller/plugin/plugin.go, `EnsureController`.
    pub fn set_params(&mut self, params: Option<Params>) {
        self.params = params;
    }

    /// Looks at the nodes, scales the target where it is to change, and comes again after its period.
    ///
    /// The first time is its start; a ticker then keeps the period.
    /// Source: the same folder, `autoscaler_server.go`, `Run` and `pollAPIServer`.
    pub fn poll(&self, world: &mut World, agenda: &mut Agenda) {
        agenda.at(world.now + self.poll, Event::ProportionalPoll);
        let Some(params) = &self.params else {
            return;
        };
        let replicas = params.replicas(self.count(world));
        if world.owners[self.target.index()].replicas != replicas {
            world.scale(self.target, replicas);
        }
    }

    /// Every node that has the labels counts, those that are cordoned or not ready too. Cores are rounded up once, of the
    /// sum.
    /// Source: the same folder, k8sclient/k8sclient.go, `GetClusterStatus`.
    pub fn count(&self, world: &World) -> Counted {
        let mut counted = Counted::default();
        let (mut all, mut schedulable) = (0, 0);
        for id in world.present_nodes() {
            let node = world.node(id);
            if !self.nodes.selects(&node.labels, &world.symbols) {
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
