//! How a node goes: taint, a short wait, evictions, a wait for the pods, and the machine is given back.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/actuation/actuator.go and drain.go.

use super::deletion::{Deletion, Leaving, Stage, Turn};
use super::drain::is_long_terminating;
use super::soft_taint::{TO_BE_DELETED, add_taint, remove_taint};
use super::state::ScaleDown;
use crate::kubernetes::Effect;
use crate::simulate::actors::autoscaler::calls::{Calls, Told};
use crate::simulate::actors::autoscaler::expendable::is_expendable;
use crate::simulate::actors::autoscaler::journal::{DrainFailure, Happening};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::eviction;
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
    pub calls: &'a mut Calls,
}

impl Hands<'_> {
    /// When a request goes that is asked for now.
    fn ask(&mut self) -> Millis {
        self.calls.ask(self.world.now, self.timings)
    }
}

impl ScaleDown {
    /// Taints nodes, empty ones first, each with whether it is drained; the loop waits for that.
    /// Source: `startDeletion`, `taintNodesSync`.
    pub fn start(&mut self, hands: &mut Hands, nodes: &[(NodeId, bool)]) {
        let key = hands.world.symbols.of(TO_BE_DELETED);
        for drains in [false, true] {
            let own = || nodes.iter().filter(|(_, own)| *own == drains);
            for (node, _) in own() {
                add_taint(hands.world, *node, key, Effect::NoSchedule);
                hands.calls.wait(hands.timings);
            }
            let due = hands.calls.ended() + hands.options.delay_after_taint;
            for (node, _) in own() {
                hands.agenda.at(due, Event::ScaleDownStep(*node));
                self.unneeded.remove(node);
                let deletion = Deletion {
                    drains,
                    stage: Stage::Tainted,
                    due: Some(due),
                };
                self.deletions.insert(*node, deletion);
            }
        }
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
                hands.ask();
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
        deletion.stage = begin_to_evict(hands, node, deletion.drains)?;
    }
    if let Stage::Evicting { until, left, all } = &mut deletion.stage {
        if let Some(again) = evict(hands, left, *until)? {
            return Ok(Progress::Later(again));
        }
        let longest = hands.options.max_graceful_termination + hands.timings.eviction_headroom;
        deletion.stage = Stage::Waiting {
            until: now + longest,
            pods: std::mem::take(all),
            gone: 0,
            turn: Turn::Asks(now),
        };
    }
    if let Stage::Waiting {
        until,
        pods,
        gone,
        turn,
    } = &mut deletion.stage
    {
        // Source: drain.go, `waitPodsToDisappear`: until the first that is still there, and then again from the start.
        while let Some(pod) = pods.get(*gone) {
            if let Turn::Asks(when) = *turn
                && when <= now
            {
                if *gone == 0 && now >= *until {
                    return Err(DrainFailure::StillThere(*pod));
                }
                *turn = Turn::Goes(hands.ask());
            }
            if turn.when() > now {
                return Ok(Progress::Later(turn.when()));
            }
            if hands.world.pod(*pod).is_gone() {
                *gone += 1;
                *turn = Turn::Asks(now);
            } else {
                *gone = 0;
                *turn = Turn::Asks(now + hands.timings.drain_poll);
            }
        }
    }
    give_back(hands, node)
}

/// What goes from a node: one that is empty loses at most pods of `DaemonSet`s.
/// Source: drain.go, `DrainNode`, `EvictDaemonSetPods`, `initiateEviction`: all at once, each with an event.
fn begin_to_evict(hands: &mut Hands, node: NodeId, drains: bool) -> Result<Stage, DrainFailure> {
    let now = hands.world.now;
    let (mut pods, mut daemons) = pods_of(hands, node);
    let options = hands.options;
    let evicts_daemons = if drains {
        options.evicts_daemon_sets_of_occupied_nodes
    } else {
        // Source: actuator.go, `deleteNodesAsync`: pods that would have to move; others go with the node.
        let is_new = |pod: &&PodId| !is_long_terminating(hands.world, **pod);
        if let Some(pod) = pods.iter().find(is_new) {
            return Err(DrainFailure::NewPod(*pod));
        }
        pods.clear();
        options.evicts_daemon_sets_of_empty_nodes
    };
    if !evicts_daemons {
        daemons.clear();
    }
    if let Some(order) = &mut hands.world.order() {
        order.shuffle(&mut pods);
    }
    let leaving = |pod: &PodId, is_best_effort| Leaving {
        pod: *pod,
        is_best_effort,
        turn: Turn::Asks(now),
    };
    let wanted = pods.iter().map(|pod| leaving(pod, false));
    let mut left: Vec<Leaving> = wanted
        .chain(daemons.iter().map(|pod| leaving(pod, true)))
        .collect();
    if let Some(order) = &mut hands.world.order() {
        order.shuffle(&mut left);
    }
    let all = left.iter().map(|one| &one.pod);
    hands.calls.tell(now, hands.timings, all, Told::Evicted);
    Ok(Stage::Evicting {
        until: now + options.max_pod_eviction_time,
        left,
        all: pods,
    })
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

/// Evicts those of a list whose requests may go; when to go on with the others.
/// Source: drain.go, `evictPod`: at once, then until the time is over.
fn evict(
    hands: &mut Hands,
    left: &mut Vec<Leaving>,
    until: Millis,
) -> Result<Option<Millis>, DrainFailure> {
    let now = hands.world.now;
    let longest = hands.options.max_graceful_termination;
    let mut failed = None;
    for one in left.iter_mut().filter(|one| one.turn.when() <= now) {
        if let Turn::Asks(_) = one.turn {
            one.turn = Turn::Goes(hands.ask());
        }
    }
    left.retain_mut(|one| {
        let pod = one.pod;
        let state = hands.world.pod(pod);
        if one.turn.when() > now {
            return true;
        }
        if state.is_gone() || state.is_terminating() {
            return false;
        }
        if let Some(when) = eviction::retried_at(hands.world, hands.timings, pod) {
            // The API server comes back to it by itself.
            one.turn = Turn::Goes(when);
            return true;
        }
        let grace = hands.world.template_of(pod).grace;
        let grace = if longest > 0 {
            grace.min(longest)
        } else {
            grace
        };
        match eviction::evict(hands.world, pod, Some(grace)) {
            Ok(()) => {
                hands.world.note(Note::Evicted(pod, Evictor::Autoscaler));
                false
            }
            Err(refusal) => {
                hands.world.note(Note::Refused(pod, Evictor::Autoscaler));
                let again = now + hands.timings.eviction_retry;
                if again >= until {
                    if !one.is_best_effort {
                        failed = failed.or(Some(DrainFailure::NotEvicted(pod, refusal)));
                    }
                    return false;
                }
                one.turn = Turn::Asks(again);
                true
            }
        }
    });
    match failed {
        Some(why) => Err(why),
        None => Ok(left.iter().map(|one| one.turn.when()).min()),
    }
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
