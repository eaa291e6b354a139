//! A kubelet that hears of the end of its machine and stops its pods, as GKE's do on Spot.

use std::collections::BTreeMap;

use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::world::{Evictor, Millis, NodeId, Note, OwnerKind, Phase, PodId, World};

/// `shutdownGracePeriod` and `shutdownGracePeriodCriticalPods`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GracefulShutdown {
    pub total: Millis,
    /// Of this, what is kept for critical pods at the end.
    pub critical: Millis,
}

/// Pods of this priority and above are critical.
/// Source: kubernetes/kubernetes pkg/apis/scheduling/types.go, `SystemCriticalPriority`.
const CRITICAL: i32 = 2_000_000_000;

/// Nodes that shut down.
#[derive(Clone, Debug, Default)]
pub(super) struct Shutdowns(BTreeMap<NodeId, ShuttingDown>);

/// A node that shuts down.
#[derive(Clone, Debug)]
struct ShuttingDown {
    node: NodeId,
    grace: GracefulShutdown,
    is_critical_turn: bool,
    /// When its turn is over for the pods that are being stopped.
    until: Millis,
    /// Pods that are being stopped, and when they will have.
    stopping: Vec<(Millis, PodId)>,
    /// When its next step is on the agenda.
    planned: Option<Millis>,
}

impl Shutdowns {
    /// Begins to stop a node's pods: first all but the critical ones, then these. Each has its own grace, and its group's
    /// time at the most. Their objects stay, as failed, and nothing asks a budget.
    /// Source: kubernetes/kubernetes `pkg/kubelet/nodeshutdown/nodeshutdown_manager.go`, `killPods`.
    pub(super) fn begin(
        &mut self,
        world: &mut World,
        agenda: &mut Agenda,
        node: NodeId,
        grace: GracefulShutdown,
    ) {
        let mut begun = ShuttingDown {
            node,
            grace,
            is_critical_turn: false,
            until: 0,
            stopping: Vec::new(),
            planned: None,
        };
        begun.turn(world);
        self.0.insert(node, begun);
        self.step(world, agenda, node);
    }

    pub(super) fn step(&mut self, world: &mut World, agenda: &mut Agenda, node: NodeId) {
        let Some(down) = self.0.get_mut(&node) else {
            return;
        };
        if !world.is_alive(node) {
            self.0.remove(&node);
            return;
        }
        let now = world.now;
        down.stopping.retain(|(when, pod)| {
            let is_due = *when <= now;
            let state = world.pod(*pod);
            if is_due && !state.is_finished() && !state.is_gone() {
                world.finish(*pod, Phase::Failed);
            }
            !is_due
        });
        if !down.is_critical_turn && (down.stopping.is_empty() || down.until <= now) {
            down.is_critical_turn = true;
            down.turn(world);
        }
        if let Some(next) = down.stopping.iter().map(|(when, _)| *when).min() {
            let next = next.max(now + 1);
            if down
                .planned
                .is_none_or(|planned| planned <= now || planned > next)
            {
                down.planned = Some(next);
                agenda.at(next, Event::DrainRetry(node));
            }
        }
    }

    /// Whether a pod is being stopped because its node shuts down.
    pub(super) fn stops(&self, node: NodeId, pod: PodId) -> bool {
        let down = self.0.get(&node);
        down.is_some_and(|down| down.stopping.iter().any(|(_, own)| *own == pod))
    }
}

impl ShuttingDown {
    fn turn(&mut self, world: &mut World) {
        let time = if self.is_critical_turn {
            self.grace.critical
        } else {
            self.grace.total - self.grace.critical
        };
        self.until = world.now + time;
        for pod in world.node(self.node).pods.clone() {
            let template = world.template_of(pod);
            let state = world.pod(pod);
            let is_own = (template.priority >= CRITICAL) == self.is_critical_turn;
            if !is_own || state.is_finished() || state.is_terminating() {
                continue;
            }
            let takes = template.stops_within.min(template.grace).min(time);
            if state.phase == Phase::Ready {
                world.set_unready(pod);
            }
            // Whoever acts on the notice counts as the handler.
            if world.owner_of(pod).kind != OwnerKind::DaemonSet {
                world.note(Note::Evicted(pod, Evictor::Handler));
            }
            self.stopping.push((world.now + takes, pod));
        }
    }
}
