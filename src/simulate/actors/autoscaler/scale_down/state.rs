//! What is known of nodes that may go: since when, what was last tried, and which are on their way.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/planner/planner.go.

use std::collections::BTreeMap;

use super::deletion::Deletion;
use crate::simulate::actors::autoscaler::hints::Hints;
use crate::simulate::actors::autoscaler::journal::Blocked;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::world::{GroupId, Millis, NodeId, PodId, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unneeded {
    pub since: Millis,
    /// Pods have to move first.
    pub drains: bool,
    /// Budgets do not let all of them go at once.
    pub is_risky: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ScaleDown {
    pub unneeded: BTreeMap<NodeId, Unneeded>,
    /// Nodes that could not go, each with when it is looked at again.
    pub(super) unremovable: BTreeMap<NodeId, Millis>,
    pub deletions: BTreeMap<NodeId, Deletion>,
    pub last_added: Option<Millis>,
    pub last_deleted: Option<Millis>,
    pub last_failed: Option<Millis>,
    /// Where pods of nodes that may go were expected to go.
    pub(super) hints: Hints,
    /// What was last told of each.
    pub(super) blocked: BTreeMap<NodeId, Blocked>,
}

impl ScaleDown {
    /// Forgets a node that is gone.
    pub fn forget(&mut self, node: NodeId) {
        self.unneeded.remove(&node);
        self.unremovable.remove(&node);
        self.deletions.remove(&node);
        self.blocked.remove(&node);
    }

    /// Source: `CleanUpUnneededNodes`.
    pub fn forget_unneeded(&mut self) {
        self.unneeded.clear();
    }

    /// Whether a node is being deleted.
    pub fn is_going(&self, node: NodeId) -> bool {
        self.deletions.contains_key(&node)
    }

    /// How many deletions of a group have not been taken off its target yet.
    pub fn in_progress_of(&self, world: &World, group: GroupId) -> i64 {
        let own = self
            .deletions
            .iter()
            .filter(|(node, one)| one.is_in_progress() && world.node(**node).group == Some(group));
        i64::try_from(own.count()).unwrap_or(i64::MAX)
    }

    /// Pods of nodes that are being drained, which nothing has asked to leave yet: the others have their replacements.
    /// Source: `cluster-autoscaler/core/podlistprocessor/currently_drained_nodes.go`, `currentlyDrainedPods`.
    pub fn drained_pods(&self, world: &World) -> Vec<PodId> {
        let drained = self
            .deletions
            .iter()
            .filter(|(_, one)| one.drains && one.is_in_progress());
        let pods = drained.flat_map(|(node, _)| &world.node(*node).pods);
        let stays = |pod: &&PodId| {
            let pod = world.pod(**pod);
            !pod.is_finished() && !pod.is_terminating()
        };
        pods.filter(stays).copied().collect()
    }

    /// Source: `cluster-autoscaler/core/static_autoscaler.go`, `isScaleDownInCooldown`.
    pub fn cools_down_until(&self, options: &Options) -> Option<Millis> {
        let until = |last: Option<Millis>, delay: Millis| last.map(|last| last + delay);
        [
            until(self.last_added, options.delay_after_add),
            until(self.last_deleted, options.delay_after_delete),
            until(self.last_failed, options.delay_after_failure),
        ]
        .into_iter()
        .flatten()
        .max()
    }
}
