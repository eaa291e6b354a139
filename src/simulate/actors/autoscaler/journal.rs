//! What the autoscaler did and why, for reports.

use super::expander::FellThrough;
use super::health::Readiness;
use crate::simulate::actors::eviction::Refusal;
use crate::simulate::world::{GroupId, Millis, NodeId, PodId};

/// One entry, with its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Millis,
    pub what: Happening,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    ScaledUp {
        group: GroupId,
        by: i64,
        pods: Vec<PodId>,
    },
    /// No group can help these pods. It is told again only when the pods or the reasons change.
    NoOption {
        pods: Vec<PodId>,
        why: Vec<(GroupId, Skipped)>,
    },
    BackedOff {
        group: GroupId,
        until: Millis,
        why: Failure,
    },
    /// The target was met or the machines that never came are taken off: the request is closed, whatever came of it.
    RequestClosed {
        group: GroupId,
        asked: Millis,
    },
    /// Machines that never registered are given back.
    Unregistered {
        group: GroupId,
        count: i64,
    },
    /// The target is set to what is there.
    TargetFixed {
        group: GroupId,
        by: i64,
    },
    /// Too many nodes are unready: nothing is scaled. Told when it begins.
    Halted(Readiness),
    /// It goes on.
    Resumed,
    ExpanderFellThrough(FellThrough),
    /// The priority expander knows no pattern for the group: event `PriorityConfigMapNotMatchedGroup`. Told once.
    NotMatched(GroupId),
    Unneeded(NodeId),
    NeededAgain(NodeId),
    /// The node is tainted and will be drained, or deleted at once.
    ScaleDownStarted {
        node: NodeId,
        drains: bool,
    },
    ScaledDown(NodeId),
    DrainFailed {
        node: NodeId,
        why: DrainFailure,
    },
    /// The node is hardly used and cannot go. Told again only when the reason changes.
    Blocked {
        node: NodeId,
        why: Blocked,
    },
    SoftTainted(NodeId),
    SoftTaintRemoved(NodeId),
}

/// Why a group is no option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Skipped {
    AtMaximum,
    BackedOff {
        until: Millis,
    },
    /// Too many of its nodes are not ready.
    Unhealthy,
    /// None of the pods fits an empty node of it.
    NothingFits,
    ClusterAtMaximum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The cloud said that it has none.
    Refused { count: i64 },
    /// The nodes did not register in time: event `ScaleUpTimedOut`.
    TimedOut,
    /// The request itself failed.
    NotTaken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrainFailure {
    /// A pod could not be evicted for as long as the autoscaler tries.
    NotEvicted(PodId, Refusal),
    /// A pod did not stop in time.
    StillThere(PodId),
    /// A pod came to an empty node meanwhile.
    NewPod(PodId),
    /// The cloud does not delete the machine.
    NotDeleted,
}

/// Why a node that is hardly used stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// A pod that nothing would make again.
    NotReplicated(PodId),
    /// A pod of `kube-system` without a budget.
    System(PodId),
    /// Annotation `safe-to-evict: "false"`.
    NotSafe(PodId),
    LocalStorage(PodId),
    /// A budget allows no eviction.
    Budget(PodId),
    /// The pod fits on no other node.
    NoPlace(PodId),
    /// A pod that waits is expected there, and fits on no other node.
    Promised,
}
