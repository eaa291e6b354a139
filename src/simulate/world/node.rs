//! Nodes.

use super::{GroupId, LabelSet, Millis, NodeTaint, PodId, Requests, Symbol};
use crate::plan::Amount;

#[derive(Clone, Debug)]
pub struct Node {
    pub name: Symbol,
    pub group: Option<GroupId>,
    pub labels: LabelSet,
    /// Region and zone as one: the scheduler takes nodes of zones in turn.
    pub zone: Option<Symbol>,
    pub taints: Vec<NodeTaint>,
    /// `spec.unschedulable`.
    pub is_cordoned: bool,
    pub state: NodeState,
    pub created: Millis,
    pub ready_since: Option<Millis>,
    pub allocatable: Requests,
    pub max_pods: i64,
    /// Of all pods that are bound to it and not deleted yet; the world keeps it.
    pub requested: Requests,
    /// The same with the scheduler's defaults, for its scores.
    pub counted: Amount,
    /// Pods bound to it, in the order in which they came.
    pub pods: Vec<PodId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// Its `Ready` condition is true.
    Ready,
    /// It is registered, and its condition is false or unknown.
    NotReady,
    /// Its object is deleted.
    Gone,
}

impl Node {
    pub fn is_gone(&self) -> bool {
        self.state == NodeState::Gone
    }

    pub fn is_ready(&self) -> bool {
        self.state == NodeState::Ready
    }
}
