//! Pods.

use super::{Millis, NodeId, OwnerId, TemplateId};

#[derive(Clone, Debug)]
pub struct Pod {
    pub owner: OwnerId,
    pub template: TemplateId,
    /// Its number in a `StatefulSet`.
    pub ordinal: Option<u32>,
    /// Counts what was made, for a name.
    pub serial: u32,
    /// The only node for it: a `DaemonSet` makes each pod for one.
    pub pinned: Option<NodeId>,
    pub node: Option<NodeId>,
    /// `status.nominatedNodeName`.
    pub nominated: Option<NodeId>,
    pub phase: Phase,
    pub created: Millis,
    pub bound: Option<Millis>,
    pub ready_since: Option<Millis>,
    /// When it is killed at the latest, once it has been asked to stop.
    pub deletion: Option<Millis>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No node yet.
    Pending,
    /// Bound, its containers start.
    Starting,
    Ready,
    /// It runs, but it is not ready: its machine does not answer, or is gone.
    Unready,
    Succeeded,
    Failed,
    /// Its object is deleted.
    Gone,
}

impl Pod {
    pub fn is_gone(&self) -> bool {
        self.phase == Phase::Gone
    }

    pub fn is_terminating(&self) -> bool {
        self.deletion.is_some() && !self.is_gone()
    }

    /// Its containers have ended by themselves.
    pub fn is_finished(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }
}
