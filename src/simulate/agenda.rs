//! What will happen, in order of time; what is due at the same time happens in the order in which it was put down.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::world::{InstanceId, Millis, NodeId, OwnerId, PodId};

/// Something that is due. Each says whom it wakes; it carries no state, since that may have changed by then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Event {
    // The cloud.
    /// A machine that was asked for is up: its node registers.
    InstanceBooted(InstanceId),
    /// The cloud says that it has no machine to give.
    InstanceRefused(InstanceId),
    /// The machine that was announced to end does so.
    InstanceKilled(InstanceId),
    /// A machine that the autoscaler gave back is gone.
    InstanceDeleted(InstanceId),
    /// The controller that deletes nodes without a machine looks around.
    CloudNodeRound,
    // Machines and their pods.
    /// The control plane finds that a node has not answered for too long.
    NodeSilent(NodeId),
    /// The control plane taints a node that does not answer, as its rate allows.
    NodeLossRound,
    PodStarted(PodId),
    PodStopped(PodId),
    PodCompleted(PodId),
    /// A pod has stayed on a tainted node for as long as it tolerates.
    TolerationOver(PodId),
    /// The collector of orphaned pods looks around.
    PodCollectorRound,
    HandlerPoll(NodeId),
    /// A drain tries again to evict what budgets held.
    DrainRetry(NodeId),
    // Controllers.
    /// A Job makes its next pod.
    JobRetry(OwnerId),
    /// The load of a workload changes, as its curve says.
    LoadStep(OwnerId),
    SchedulerRound,
    AutoscalerLoop,
    /// The autoscaler's drain of a node goes on.
    ScaleDownStep(NodeId),
    ProportionalPoll,
    /// The descheduler begins a round, or goes on with one.
    DeschedulerRound,
    /// The next step of the scenario, by its place in it.
    Scenario(u32),
}

#[derive(Clone, Debug, Default)]
pub struct Agenda {
    due: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    count: u64,
}

impl Agenda {
    pub fn at(&mut self, when: Millis, event: Event) {
        self.count += 1;
        self.due.push(Reverse((when, self.count, event)));
    }

    /// The next event and its time, taken off the agenda.
    pub fn take_next(&mut self) -> Option<(Millis, Event)> {
        self.due
            .pop()
            .map(|Reverse((when, _, event))| (when, event))
    }

    pub fn next_time(&self) -> Option<Millis> {
        self.due.peek().map(|Reverse((when, ..))| *when)
    }
}
