//! What a change of the world was for the scheduler.

use crate::simulate::world::{NodeId, TemplateId};

/// How a node has changed.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a change of its own, and several come together"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NodeChange {
    pub labels: bool,
    pub taints: bool,
    pub cordon: bool,
    pub allocatable: bool,
}

/// What a change of the world was for the scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    NodeAdded(NodeId),
    NodeChanged(NodeId, NodeChange),
    NodeGone(NodeId),
    PodStands(TemplateId, NodeId),
    PodLeaves(TemplateId, NodeId),
    PodGone(TemplateId, NodeId),
}
