//! Nodes that are not needed any more: which, since when, and when they go.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/planner/planner.go and unneeded/nodes.go.

pub mod actuation;
pub mod drain;
pub mod eligibility;
pub mod soft_taint;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::actuation::Deletion;
use self::drain::Budgets;
use super::fits::{At, Snapshot};
use super::health::Survey;
use super::journal::{Blocked, Happening};
use super::options::Options;
use crate::simulate::cloud::Cloud;
use crate::simulate::world::{GroupId, Millis, NodeId, PodId, World};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unneeded {
    pub since: Millis,
    /// Pods have to move first.
    pub drains: bool,
}

#[derive(Clone, Debug, Default)]
pub struct ScaleDown {
    pub unneeded: BTreeMap<NodeId, Unneeded>,
    /// Nodes that could not go, each with when it is looked at again.
    unremovable: BTreeMap<NodeId, Millis>,
    pub deletions: BTreeMap<NodeId, Deletion>,
    pub last_added: Option<Millis>,
    pub last_deleted: Option<Millis>,
    pub last_failed: Option<Millis>,
    /// What was last told of each.
    blocked: BTreeMap<NodeId, Blocked>,
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

    /// Pods of nodes that are being drained.
    /// Source: `cluster-autoscaler/core/podlistprocessor/currently_drained_nodes.go`.
    pub fn drained_pods(&self, world: &World) -> Vec<PodId> {
        let drained = self
            .deletions
            .iter()
            .filter(|(_, one)| one.drains && one.is_in_progress());
        let pods = drained.flat_map(|(node, _)| &world.node(*node).pods);
        pods.filter(|pod| !world.pod(**pod).is_finished())
            .copied()
            .collect()
    }

    /// Finds the nodes that are not needed: one after the other is emptied in the snapshot, its pods find places on
    /// nodes that stay, and all of that is kept while the next is tried.
    /// Source: `UpdateClusterState`, `categorizeNodes`; simulator/cluster.go, `SimulateNodeRemoval`.
    pub fn find_unneeded(
        &mut self,
        snapshot: &mut Snapshot,
        survey: &Survey,
        cloud: &Cloud,
        options: &Options,
        journal: &mut Vec<Happening>,
    ) -> usize {
        let world = snapshot.world;
        let now = world.now;
        self.unremovable.retain(|_, until| *until > now);
        let candidates = eligibility::candidates(self, snapshot, survey, cloud);
        // No point in knowing more than can go in the next loops.
        // Source: `unneededNodesLimit`.
        let limit = self.unneeded.len() + 2 * options.max_scale_down_parallelism;
        let mut budgets = Budgets::new(world);
        let mut found = BTreeMap::new();
        for (node, at) in &candidates {
            let is_eligible = !self.unremovable.contains_key(node)
                && (options.scale_down_unready_enabled || world.node(*node).is_ready())
                && eligibility::is_little_used(snapshot, *at, *node, options);
            if !is_eligible {
                continue;
            }
            if found.len() >= limit {
                break;
            }
            match remove(snapshot, *at, options, &mut budgets) {
                Ok(drains) => {
                    self.blocked.remove(node);
                    let since = self.unneeded.get(node).map_or(now, |known| known.since);
                    found.insert(*node, Unneeded { since, drains });
                }
                Err(why) => {
                    self.unremovable
                        .insert(*node, now + options.unremovable_recheck);
                    if self.blocked.insert(*node, why) != Some(why) {
                        journal.push(Happening::Blocked { node: *node, why });
                    }
                }
            }
        }
        for node in self
            .unneeded
            .keys()
            .filter(|node| !found.contains_key(*node))
        {
            journal.push(Happening::NeededAgain(*node));
        }
        for node in found
            .keys()
            .filter(|node| !self.unneeded.contains_key(*node))
        {
            journal.push(Happening::Unneeded(*node));
        }
        self.unneeded = found;
        candidates.len()
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

    /// The nodes whose time has come: empty ones, and those that are drained first. A real loop always begins a little
    /// late, so a time that has just passed is over.
    /// Source: unneeded/nodes.go, `RemovableAt`, `unremovableReason`, `verifyMinSize`; budgets in
    /// core/scaledown/budgets/budgets.go, `CropNodes`.
    pub fn removable(
        &self,
        world: &World,
        cloud: &Cloud,
        options: &Options,
    ) -> Vec<(NodeId, bool)> {
        let mut removed = vec![0_i64; world.groups.len()];
        let mut going = (
            self.deletions
                .values()
                .filter(|one| one.is_in_progress())
                .count(),
            self.deletions
                .values()
                .filter(|one| one.is_in_progress() && one.drains)
                .count(),
        );
        let mut removable = Vec::new();
        for drains in [false, true] {
            for (node, unneeded) in self.unneeded.iter().filter(|(_, one)| one.drains == drains) {
                let Some(group) = world.node(*node).group else {
                    continue;
                };
                let Some(range) = world.groups[group.index()].autoscaled else {
                    continue;
                };
                let size = cloud.target(group) - removed[group.index()];
                let is_due = unneeded.since + time_of(world, *node, options) <= world.now;
                if !is_due || size - self.in_progress_of(world, group) <= range.min {
                    continue;
                }
                removed[group.index()] += 1;
                let is_within = going.0 < options.max_scale_down_parallelism
                    && (!drains || going.1 < options.max_drain_parallelism);
                if is_within {
                    going.0 += 1;
                    going.1 += usize::from(drains);
                    removable.push((*node, drains));
                }
            }
        }
        removable
    }

    /// The next moment at which any of this changes by itself.
    pub fn next_moment(&self, world: &World, options: &Options) -> Option<Millis> {
        let due = self.unneeded.iter();
        let due = due.map(|(node, one)| one.since + time_of(world, *node, options));
        let cooled = self
            .cools_down_until(options)
            .filter(|_| !self.unneeded.is_empty());
        let moments = due.chain(self.unremovable.values().copied()).chain(cooled);
        moments.filter(|moment| *moment > world.now).min()
    }
}

/// For how long a node must be unneeded.
fn time_of(world: &World, node: NodeId, options: &Options) -> Millis {
    let is_ready = world.node(node).is_ready();
    if is_ready {
        options.unneeded_time
    } else {
        options.unready_time
    }
}

/// Takes a node out of the snapshot if its pods fit elsewhere; whether there were any.
fn remove(
    snapshot: &mut Snapshot,
    at: At,
    options: &Options,
    budgets: &mut Budgets,
) -> Result<bool, Blocked> {
    let world = snapshot.world;
    let pods = snapshot.pods_on(at).map(|(pod, ..)| pod);
    let pods = drain::pods_to_move(world, options, budgets, pods)?;
    let mark = snapshot.mark();
    // Pods that a simulation put there before find another place as well.
    let added = snapshot.nodes[at].added.clone();
    snapshot.empty(at);
    for pod in &pods {
        let template = world.pod(*pod).template;
        if snapshot
            .settle(template, |place| place.real.is_some())
            .is_none()
        {
            snapshot.revert(mark);
            return Err(Blocked::NoPlace(*pod));
        }
    }
    for template in &added {
        if snapshot
            .settle(*template, |place| place.real.is_some())
            .is_none()
        {
            snapshot.revert(mark);
            return Err(Blocked::Promised);
        }
    }
    budgets.take(world, &pods);
    Ok(!pods.is_empty() || !added.is_empty())
}
