//! Which nodes are not needed.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/planner/planner.go.

use std::collections::BTreeMap;

use super::drain::{self, Budgets};
use super::eligibility;
use super::state::{ScaleDown, Unneeded};
use crate::simulate::actors::autoscaler::fits::Snapshot;
use crate::simulate::actors::autoscaler::health::Survey;
use crate::simulate::actors::autoscaler::hints::Hints;
use crate::simulate::actors::autoscaler::journal::{Blocked, Happening};
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::actors::autoscaler::places::At;
use crate::simulate::cloud::Cloud;

impl ScaleDown {
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
        let world = snapshot.places.world;
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
            match remove(snapshot, *at, options, &mut budgets, &mut self.hints) {
                Ok((drains, is_risky)) => {
                    self.blocked.remove(node);
                    let since = self.unneeded.get(node).map_or(now, |known| known.since);
                    let unneeded = Unneeded {
                        since,
                        drains,
                        is_risky,
                    };
                    found.insert(*node, unneeded);
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
        self.hints.drop_old();
        self.unneeded = found;
        candidates.len()
    }
}

/// Takes a node out of the snapshot if its pods fit elsewhere; whether there were any, and whether budgets hold some of them
/// back while others go.
fn remove(
    snapshot: &mut Snapshot,
    at: At,
    options: &Options,
    budgets: &mut Budgets,
    hints: &mut Hints,
) -> Result<(bool, bool), Blocked> {
    let world = snapshot.places.world;
    let pods = snapshot.places.pods_on(at).map(|(pod, ..)| pod);
    let pods = drain::pods_to_move(world, options, budgets, pods)?;
    let mark = snapshot.mark();
    // Pods that a simulation put there before find another place as well.
    let added = snapshot.places.nodes[at].added.clone();
    snapshot.empty(at);
    for pod in &pods {
        if hints
            .settle(snapshot, *pod, |place| place.real.is_some())
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
    let is_risky = !budgets.let_all_go(world, &pods);
    budgets.take(world, &pods);
    Ok((!pods.is_empty() || !added.is_empty(), is_risky))
}
