//! What a round would do, asked without one.

use super::compiled::{Compiled, ready_nodes};
use super::cycle::{Cycle, List};
use super::plugins::{look, turns};
use super::policy::{Limits, Policy};
use super::round::Kept;
use super::sight::Sight;
use crate::kubernetes::Labels;
use crate::simulate::world::{PodId, World};

/// A pod that a plugin would evict, and what keeps it if anything but a budget does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub pod: PodId,
    pub why: Option<Kept>,
}

/// All pods that plugins would evict as things are. Of limits, those of zero count: others are reached only as pods go.
pub(super) fn stays(policy: &Policy, namespaces: &[(String, Labels)], world: &World) -> Vec<Stay> {
    let mut world = world.clone();
    let compiled = Compiled::new(policy, namespaces, &mut world);
    let nodes = ready_nodes(&world, &compiled.nodes);
    let mut cycle = Cycle::new(world.now, nodes, None);
    let mut listed: Vec<Stay> = Vec::new();
    if cycle.is_skipped() {
        return listed;
    }
    let limit = none_at_all(policy.limits);
    for (profile, plugin) in policy.plugins() {
        let evictor = &policy.profiles[profile].evictor;
        let mut sight = Sight::new(evictor, &compiled.profiles[profile], &world);
        for turn in 0..turns(plugin, cycle.nodes.len()) {
            cycle.turn = turn;
            let lists: Vec<List> = look(plugin, &mut cycle, &mut sight, &world);
            let pods = lists.into_iter().flat_map(|list| list.pods);
            listed.extend(pods.map(|pod| Stay { pod, why: limit }));
        }
    }
    let kept = cycle.into_round().kept.into_iter();
    let kept = kept.map(|(pod, why)| Stay {
        pod,
        why: Some(why),
    });
    listed.extend(kept);
    listed
}

/// The limit that lets no pod go.
fn none_at_all(limits: Limits) -> Option<Kept> {
    if limits.total == Some(0) {
        Some(Kept::TotalLimit)
    } else if limits.per_node == Some(0) {
        Some(Kept::NodeLimit)
    } else if limits.per_namespace == Some(0) {
        Some(Kept::NamespaceLimit)
    } else {
        None
    }
}
