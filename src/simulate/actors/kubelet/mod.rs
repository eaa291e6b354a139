//! The kubelets: they start pods and stop them, as long as their machines run.

mod shutdown;

#[cfg(test)]
mod tests;

pub use shutdown::GracefulShutdown;

use shutdown::Shutdowns;

use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::chance::Draws;
use crate::simulate::world::{Change, Millis, NodeId, Note, Phase, PodId, World};

/// All kubelets, and the API server where it ends pods without one.
#[derive(Clone, Debug, Default)]
pub struct Kubelet {
    bound: Vec<PodId>,
    stopping: Vec<PodId>,
    shutdowns: Shutdowns,
    /// Stretch each start and each stop; as long as the template says, when there are none.
    pub start_spread: Option<Draws>,
    pub stop_spread: Option<Draws>,
}

impl Kubelet {
    pub fn observe(&mut self, change: Change) {
        match change {
            Change::PodBound(pod) => self.bound.push(pod),
            Change::PodTerminating(pod) => self.stopping.push(pod),
            _ => {}
        }
    }

    /// Begins what pods wait for that were bound or asked to stop.
    pub fn settle(&mut self, world: &mut World, agenda: &mut Agenda) {
        for at in 0..self.bound.len() {
            let pod = self.bound[at];
            if world.pod(pod).phase == Phase::Starting && is_on_live_machine(world, pod) {
                let takes = stretched(world.template_of(pod).starts_within, &mut self.start_spread);
                agenda.at(world.now + takes, Event::PodStarted(pod));
            }
        }
        self.bound.clear();
        for at in 0..self.stopping.len() {
            self.stop(world, agenda, self.stopping[at]);
        }
        self.stopping.clear();
    }

    /// A pod that has no node, or whose containers have ended, goes at once; else its containers get the signal.
    /// Source: kubernetes/kubernetes pkg/registry/core/pod/strategy.go, `CheckGracefulDelete`.
    fn stop(&mut self, world: &mut World, agenda: &mut Agenda, pod: PodId) {
        let state = world.pod(pod);
        let Some(until) = state.deletion.filter(|_| !state.is_gone()) else {
            return;
        };
        if state.node.is_none() || state.is_finished() {
            world.delete_pod(pod);
        } else if is_on_live_machine(world, pod) {
            let takes = stretched(world.template_of(pod).stops_within, &mut self.stop_spread);
            agenda.at(until.min(world.now + takes), Event::PodStopped(pod));
        }
    }

    /// [`Event::PodStarted`].
    pub fn started(world: &mut World, agenda: &mut Agenda, pod: PodId) {
        let state = world.pod(pod);
        if state.phase != Phase::Starting
            || state.is_terminating()
            || !is_on_live_machine(world, pod)
        {
            return;
        }
        world.set_ready(pod);
        if let Some(runs_for) = world.template_of(pod).runs_for {
            agenda.at(world.now + runs_for, Event::PodCompleted(pod));
        }
    }

    /// [`Event::PodStopped`]: the containers of a pod have ended; the kubelet lets go of the object.
    pub fn stopped(world: &mut World, pod: PodId) {
        if world.pod(pod).is_terminating() && is_on_live_machine(world, pod) {
            world.delete_pod(pod);
        }
    }

    /// [`Event::PodCompleted`]: it has done what it was made for.
    pub fn completed(world: &mut World, pod: PodId) {
        let state = world.pod(pod);
        let runs = matches!(state.phase, Phase::Ready | Phase::Unready);
        if runs && !state.is_terminating() && is_on_live_machine(world, pod) {
            world.finish(pod, Phase::Succeeded);
        }
    }

    /// Begins to stop a node's pods, which hears of the end of its machine.
    pub fn shut_down(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        node: NodeId,
        grace: GracefulShutdown,
    ) {
        self.shutdowns.begin(world, agenda, node, grace);
    }

    /// [`Event::DrainRetry`], where the kubelet does what a drain does.
    pub fn shutdown_step(&mut self, world: &mut World, agenda: &mut Agenda, node: NodeId) {
        self.shutdowns.step(world, agenda, node);
    }

    /// A machine ends, and all that runs on it. The API learns nothing of it yet; the journal does.
    pub fn machine_lost(&self, world: &mut World, node: NodeId) {
        if !world.is_alive(node) {
            return;
        }
        world.lose_machine(node);
        world.note(Note::MachineLost(node));
        for at in 0..world.node(node).pods.len() {
            let pod = world.node(node).pods[at];
            let state = world.pod(pod);
            if state.is_finished() {
                continue;
            }
            let was_stopping = state.is_terminating() || self.shutdowns.stops(node, pod);
            world.note(if was_stopping {
                Note::CutShort(pod)
            } else {
                Note::Killed(pod)
            });
        }
    }
}

fn is_on_live_machine(world: &World, pod: PodId) -> bool {
    world.pod(pod).node.is_some_and(|node| world.is_alive(node))
}

fn stretched(takes: Millis, spread: &mut Option<Draws>) -> Millis {
    match spread {
        Some(draws) => takes * draws.next_thousandths() / 1000,
        None => takes,
    }
}
