//! The collector of pods whose node is deleted.

use super::beat::next_beat;
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::timings::Timings;
use crate::simulate::world::{Change, Millis, NodeId, Note, Phase, World};

/// Source: kubernetes/kubernetes `pkg/controller/podgc/gc_controller.go`, `gcOrphaned`.
#[derive(Clone, Debug, Default)]
pub struct PodCollector {
    /// Deleted nodes that may still have pods, and since when a round knows of them.
    orphaned: Vec<(NodeId, Option<Millis>)>,
    round: Option<Millis>,
}

impl PodCollector {
    pub fn observe(&mut self, change: Change) {
        if let Change::NodeDeleted(node) = change {
            self.orphaned.push((node, None));
        }
    }

    pub fn settle(&mut self, world: &World, agenda: &mut Agenda, timings: &Timings) {
        self.orphaned
            .retain(|(node, _)| !world.node(*node).pods.is_empty());
        if self.round.is_none() && !self.orphaned.is_empty() {
            let round = next_beat(world.now, timings.pod_collector_period);
            self.round = Some(round);
            agenda.at(round, Event::PodCollectorRound);
        }
    }

    /// [`Event::PodCollectorRound`]: what is new waits in quarantine; what has waited goes, by force.
    pub fn round(&mut self, world: &mut World, timings: &Timings) {
        self.round = None;
        for (node, known) in &mut self.orphaned {
            let since = *known.get_or_insert(world.now);
            if world.now < since + timings.orphan_quarantine {
                continue;
            }
            for pod in world.node(*node).pods.clone() {
                // `markFailedAndDeletePod`.
                if !world.pod(pod).is_finished() {
                    world.finish(pod, Phase::Failed);
                }
                world.note(Note::Collected(pod));
                world.delete_pod(pod);
            }
        }
    }
}
