//! What makes pods.

use super::{Symbol, TemplateId};

/// A controller and what it keeps alive.
#[derive(Clone, Debug)]
pub struct Owner {
    pub kind: OwnerKind,
    pub namespace: Symbol,
    pub name: Symbol,
    pub template: TemplateId,
    /// How many pods it wants. Of a `DaemonSet` it is the nodes that decide.
    pub replicas: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnerKind {
    /// Of a `Deployment`, or alone: what matters is the same.
    ReplicaSet,
    /// Pods with a number, of which each waits for those before it.
    StatefulSet,
    /// As above, with `podManagementPolicy: Parallel`.
    ParallelStatefulSet,
    DaemonSet,
    Job,
    /// A pod without an owner.
    None,
}
