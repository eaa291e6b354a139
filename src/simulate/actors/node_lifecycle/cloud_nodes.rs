//! The cloud's node controller: it deletes nodes that are not ready and have no machine any more.

use super::beat::next_beat;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::chance::Draws;
use crate::simulate::cloud::Cloud;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Change, Millis, NodeId, World};

/// A machine that is deallocated still exists, so its node stays.
/// Source: kubernetes/kubernetes `staging/src/k8s.io/cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go`,
/// `MonitorNodes`.
#[derive(Clone, Debug, Default)]
pub struct CloudNodes {
    /// Nodes that may be not ready.
    suspects: Vec<NodeId>,
    round: Option<Millis>,
    /// How long after a node turned not ready it looks, in thousandths of its period; else at multiples of it. Its rounds have
    /// nothing to do with those of the monitor: the node may be gone before its pods are marked for eviction.
    pub phases: Option<Draws>,
}

impl CloudNodes {
    pub fn observe(&mut self, world: &World, change: Change) {
        if let Change::NodeAdded(node) | Change::NodeUpdated(node) = change
            && !world.node(node).is_ready()
            && !world.node(node).is_gone()
            && !self.suspects.contains(&node)
        {
            self.suspects.push(node);
        }
    }

    /// It looks around all the time; that shows only while nodes are not ready.
    pub fn settle(&mut self, world: &World, agenda: &mut Agenda, timings: &Timings) {
        if self.round.is_none() && !self.suspects.is_empty() {
            let round = match &mut self.phases {
                Some(draws) => {
                    world.now + draws.next_thousandths() * timings.cloud_node_period / 1000
                }
                None => next_beat(world.now, timings.cloud_node_period),
            };
            self.round = Some(round);
            agenda.at(round, Event::CloudNodeRound);
        }
    }

    /// [`Event::CloudNodeRound`].
    pub fn round(&mut self, world: &mut World, cloud: &Cloud) {
        self.round = None;
        self.suspects.retain(|node| {
            let state = world.node(*node);
            let waits = !state.is_gone() && !state.is_ready();
            if waits && cloud.of_node(*node).is_none() {
                world.delete_node(*node);
                return false;
            }
            waits
        });
    }
}
