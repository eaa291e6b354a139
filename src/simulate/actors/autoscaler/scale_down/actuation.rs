//! How a node goes: taint, a short wait, evictions, a wait for the pods, and the machine is given back.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/actuation/actuator.go and drain.go.

use super::deletion::{Deletion, Stage};
use super::drain::is_long_terminating;
use super::soft_taint::{TO_BE_DELETED, add_taint, remove_taint};
use super::state::ScaleDown;
use crate::kubernetes::Effect;
use crate::simulate::actors::autoscaler::expendable::is_expendable;
use crate::simulate::actors::autoscaler::journal::{DrainFailure, Happening};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::eviction::{self, Refusal};
use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::cloud::Cloud;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Evictor, Millis, NodeId, Note, OwnerKind, PodId, World};

/// What a step acts on.
pub struct Hands<'a> {
    pub world: &'a mut World,
    pub agenda: &'a mut Agenda,
    pub cloud: &'a mut Cloud,
    pub timings: &'a Timings,
    pub options: &'a Options,
}

impl ScaleDown {
    /// Source: `StartDeletion`, `taintNodesSync`.
    pub fn start(&mut self, hands: &mut Hands, node: NodeId, drains: bool) {
        let key = hands.world.symbols.of(TO_BE_DELETED);
        add_taint(hands.world, node, key, Effect::NoSchedule);
        let due = hands.world.now + hands.options.delay_after_taint;
        hands.agenda.at(due, Event::ScaleDownStep(node));
        self.unneeded.remove(&node);
        self.deletions.insert(
            node,
            Deletion {
                drains,
                stage: Stage::Tainted,
                due: Some(due),
            },
        );
    }

    /// [`Event::ScaleDownStep`]: what became of it, once that is known.
    pub fn step(&mut self, hands: &mut Hands, node: NodeId) -> Option<Happening> {
        let now = hands.world.now;
        let mut deletion = self.deletions.remove(&node)?;
        if hands.world.node(node).is_gone() {
            return None;
        }
        if deletion.due != Some(now) {
            self.deletions.insert(node, deletion);
            return None;
        }
        let outcome = advance(hands, node, &mut deletion);
        match outcome {
            Ok(Progress::Later(due)) => {
                deletion.due = Some(due);
                hands.agenda.at(due, Event::ScaleDownStep(node));
                self.deletions.insert(node, deletion);
                None
            }
            Ok(Progress::Done) => {
                deletion.stage = Stage::Done;
                deletion.due = None;
                self.deletions.insert(node, deletion);
                Some(Happening::ScaledDown(node))
            }
            Err(why) => {
                // Source: actuation/delete_in_batch.go, `CleanUpAndRecordErrorForFailedScaleDownEvent`.
                let key = hands.world.symbols.of(TO_BE_DELETED);
                remove_taint(hands.world, node, key);
                self.last_failed = Some(now);
                Some(Happening::DrainFailed { node, why })
            }
        }
    }
}

enum Progress {
    Later(Millis),
    Done,
}

fn advance(
    hands: &mut Hands,
    node: NodeId,
    deletion: &mut Deletion,
) -> Result<Progress, DrainFailure> {
    let now = hands.world.now;
    if let Stage::Tainted = deletion.stage {
        let (pods, daemons) = pods_of(hands, node);
        if deletion.drains {
            if hands.options.evicts_daemon_sets_of_occupied_nodes {
                try_to_evict(hands, &daemons);
            }
            let until = now + hands.options.max_pod_eviction_time;
            deletion.stage = Stage::Evicting {
                until,
                left: pods.clone(),
                all: pods,
            };
        } else if let Some(pod) = pods
            .iter()
            .find(|pod| !is_long_terminating(hands.world, **pod))
        {
            // Source: actuator.go, `deleteNodesAsync`: pods that would have to move; others go with the node.
            return Err(DrainFailure::NewPod(*pod));
        } else {
            if hands.options.evicts_daemon_sets_of_empty_nodes {
                try_to_evict(hands, &daemons);
            }
            return give_back(hands, node);
        }
    }
    if let Stage::Evicting { until, left, all } = &mut deletion.stage {
        // Source: drain.go, `evictPod`: at once, then until the time is over.
        match evict(hands, left) {
            Some(Left::Conflicts(again)) => return Ok(Progress::Later(again)),
            Some(Left::Refused(pod, refusal)) => {
                let again = now + hands.timings.eviction_retry;
                if again < *until {
                    return Ok(Progress::Later(again));
                }
                return Err(DrainFailure::NotEvicted(pod, refusal));
            }
            None => {}
        }
        let longest = hands.options.max_graceful_termination + hands.timings.eviction_headroom;
        deletion.stage = Stage::Waiting {
            until: now + longest,
            pods: std::mem::take(all),
        };
    }
    if let Stage::Waiting { until, pods } = &mut deletion.stage {
        // Source: drain.go, `waitPodsToDisappear`.
        pods.retain(|pod| !hands.world.pod(*pod).is_gone());
        if let Some(pod) = pods.first() {
            if now < *until {
                return Ok(Progress::Later(now + hands.timings.drain_poll));
            }
            return Err(DrainFailure::StillThere(*pod));
        }
    }
    give_back(hands, node)
}

/// Pods of a node that are evicted and waited for, and those of `DaemonSet`s; expendable ones die with the node.
/// Source: drain.go, `podsToEvict`; actuator.go, `createSnapshot`.
fn pods_of(hands: &Hands, node: NodeId) -> (Vec<PodId>, Vec<PodId>) {
    let world = &*hands.world;
    let counts = |pod: &PodId| {
        let template = world.template_of(*pod);
        !world.pod(*pod).is_finished() && !is_expendable(template, hands.options.expendable_cutoff)
    };
    let all = world.node(node).pods.iter().copied().filter(counts);
    all.partition(|pod| world.owner_of(*pod).kind != OwnerKind::DaemonSet)
}

/// Why pods are still to be evicted.
enum Left {
    /// The API server comes back to one by itself, at this moment.
    Conflicts(Millis),
    Refused(PodId, Refusal),
}

/// Evicts what is left of a list, all at the same time; the first that waits.
fn evict(hands: &mut Hands, left: &mut Vec<PodId>) -> Option<Left> {
    let (mut first, mut again) = (None, None);
    let longest = hands.options.max_graceful_termination;
    left.retain(|pod| {
        let state = hands.world.pod(*pod);
        if state.is_gone() || state.is_terminating() {
            return false;
        }
        if let Some(when) = eviction::retried_at(hands.world, hands.timings, *pod) {
            again = Some(again.map_or(when, |again: Millis| again.min(when)));
            return true;
        }
        let grace = hands.world.template_of(*pod).grace;
        let grace = if longest > 0 {
            grace.min(longest)
        } else {
            grace
        };
        match eviction::evict(hands.world, *pod, Some(grace)) {
            Ok(()) => {
                let note = Note::Evicted(*pod, Evictor::Autoscaler);
                hands.world.note(note);
                false
            }
            Err(refusal) => {
                let note = Note::Refused(*pod, Evictor::Autoscaler);
                hands.world.note(note);
                first = first.or(Some((*pod, refusal)));
                true
            }
        }
    });
    let refused = first.map(|(pod, refusal)| Left::Refused(pod, refusal));
    again.map(Left::Conflicts).or(refused)
}

/// Pods of `DaemonSet`s are asked to go, and nobody minds if they do not.
fn try_to_evict(hands: &mut Hands, pods: &[PodId]) {
    let mut left = pods.to_vec();
    let _ = evict(hands, &mut left);
}

/// Source: `actuation/delete_in_batch.go`, `deleteNodesFromCloudProvider`.
fn give_back(hands: &mut Hands, node: NodeId) -> Result<Progress, DrainFailure> {
    let machine = hands.cloud.of_node(node).ok_or(DrainFailure::NotDeleted)?;
    let deleted = hands
        .cloud
        .delete(hands.world, hands.agenda, hands.timings, machine);
    deleted
        .map(|()| Progress::Done)
        .map_err(|_| DrainFailure::NotDeleted)
}
