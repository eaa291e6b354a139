//! One entry of the journal.

use super::{NodeId, PodId};

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// The end of a machine is announced.
    Noticed(NodeId),
    /// Its end comes, and nothing on it acts: no ready pod of the handler is there.
    Unhandled(NodeId),
    DrainBegan(NodeId),
    /// The time of a drain is over, and this pod has not been asked to stop.
    DrainGaveUp(PodId),
    /// The machine does not run any more.
    MachineLost(NodeId),
    /// The pod died with its machine: nothing had asked it to stop.
    Killed(PodId),
    /// The pod died with its machine while it was still stopping.
    CutShort(PodId),
    /// The descheduler begins a round.
    DeschedulerRound,
    Evicted(PodId, Evictor),
    /// A budget held the pod.
    Refused(PodId, Evictor),
    /// An upgrade gives up a node: to the end of its time this pod could not be evicted.
    UpgradeGaveUp(PodId),
    /// It made way for a pod of a higher priority.
    Preempted(PodId),
    /// A taint that it does not tolerate any longer has it deleted.
    TaintEvicted(PodId),
    /// The collector of orphaned pods has deleted it.
    Collected(PodId),
}

/// Who calls the eviction API, or deletes pods in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evictor {
    Handler,
    Autoscaler,
    Descheduler,
    /// Whoever replaces nodes by newer ones.
    Upgrade,
}
