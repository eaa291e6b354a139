//! The cluster-proportional-autoscaler: as many replicas as the number of nodes and cores asks for.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler v1.10.3 pkg/autoscaler.

mod counted;
mod params;
#[cfg(test)]
mod tests;

pub use counted::Counted;
pub use params::{Mode, Params, Refused};

use super::node_selector::NodeSelector;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{LabelSet, Millis, OwnerId, World};

/// The program as it runs, with the parameters of its `ConfigMap`.
#[derive(Clone, Debug)]
pub struct Proportional {
    /// `None`: it has refused them, and the target keeps its replicas.
    params: Option<Params>,
    target: OwnerId,
    nodes: NodeSelector,
    poll: Millis,
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

    /// From one poll to the next.
    pub fn period(&self) -> Millis {
        self.poll
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

    /// Whether it counts nodes with these labels.
    pub fn counts(&self, labels: &LabelSet, world: &World) -> bool {
        self.nodes.selects(labels, &world.symbols)
    }

    /// What it counts at present.
    pub fn count(&self, world: &World) -> Counted {
        Counted::of(world, &self.nodes)
    }
}
