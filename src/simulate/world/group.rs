//! Node groups: what the autoscaler scales, and the cloud makes.

use super::{LabelSet, NodeTaint, Requests, Symbol};

/// A group of equal machines.
#[derive(Clone, Debug)]
pub struct NodeGroup {
    /// As the autoscaler's `NodeGroup.Id()`.
    pub name: String,
    /// The pool that the configuration calls it.
    pub pool: String,
    pub is_spot: bool,
    /// `None`: nobody scales it.
    pub autoscaled: Option<Autoscaled>,
    pub initial: i64,
    /// New machines take turns.
    pub zones: Vec<Symbol>,
    pub labels: LabelSet,
    pub taints: Vec<NodeTaint>,
    pub allocatable: Requests,
    pub max_pods: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Autoscaled {
    pub min: i64,
    pub max: i64,
}
