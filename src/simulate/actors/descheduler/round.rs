//! What a round of the descheduler came to.

use crate::simulate::actors::eviction::Refusal;
use crate::simulate::world::{NodeId, PodId};

/// Why a pod stays that a plugin would have evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kept {
    /// Its namespace or its labels are not those of the plugin.
    NotCovered,
    /// The evictor's `labelSelector` does not select it.
    Unselected,
    /// The evictor's `namespaceLabelSelector` does not select its namespace.
    UnselectedNamespace,
    /// Its annotation asks for it, and `noEvictionPolicy` is `Mandatory`.
    Spared,
    /// It is asked to stop already.
    Terminating,
    SystemCritical,
    /// `priorityThreshold`.
    Priority,
    /// Nothing would make it again.
    Bare,
    LocalStorage,
    DaemonSet,
    Claims,
    /// `PodsWithoutPDB`, which protects every pod in 0.32 to 0.36: kubernetes-sigs/descheduler#1882.
    WithoutBudget,
    ResourceClaims,
    /// `minReplicas`.
    TooFewReplicas,
    /// `minPodAge`.
    TooYoung,
    /// `nodeFit`: no other node has room for it.
    NoNodeFits,
    /// No node at all has room for it, by the plugin's own test.
    NoPlace,
    NodeLimit,
    NamespaceLimit,
    TotalLimit,
    /// It was deleted after the plugin had listed it.
    Gone,
    /// The API server refuses the eviction.
    Refused(Refusal),
}

/// One pod that was evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evicted {
    pub pod: PodId,
    /// The node that it leaves.
    pub node: NodeId,
    pub plugin: &'static str,
}

/// What one round came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// It did nothing, since fewer than two of the nodes that it may look at are ready.
    pub is_skipped: bool,
    pub evicted: Vec<Evicted>,
    /// Pods that a plugin would have evicted, and the first reason why they stay. Where a limit ends a plugin's work, the
    /// pods that it would have come to later are not among them.
    pub kept: Vec<(PodId, Kept)>,
}
