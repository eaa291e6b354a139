//! When nodes that are not needed go.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/unneeded/nodes.go.

use super::state::{ScaleDown, Unneeded};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::cloud::Cloud;
use crate::simulate::world::{Millis, NodeId, World};

impl ScaleDown {
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
            for (node, unneeded) in self.in_order(world, drains) {
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

    /// Nodes that have to be drained, or the others. Upstream takes them from a map; those whose pods may all go at once come
    /// first.
    /// Source: unneeded/nodes.go, `splitEmptyAndNonEmptyNodes`; planner/planner.go, `sortByRisk`.
    fn in_order(&self, world: &World, drains: bool) -> Vec<(&NodeId, &Unneeded)> {
        let all = self.unneeded.iter();
        let mut own: Vec<_> = all.filter(|(_, one)| one.drains == drains).collect();
        if let Some(order) = &mut world.order() {
            order.shuffle(&mut own);
        }
        own.sort_by_key(|(_, one)| one.is_risky);
        own
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
