//! What a round would do, asked without one.

use super::compiled::{Compiled, ready_nodes};
use super::cycle::{Cycle, List};
use super::plugins::{look, turns};
use super::policy::{AffinityKind, Limits, Plugin, Policy};
use super::round::Kept;
use super::sight::Sight;
use crate::kubernetes::Labels;
use crate::simulate::world::{PodId, World};

/// A pod, and what keeps it where it is though a plugin would evict it; a budget is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    pub pod: PodId,
    pub why: Option<Kept>,
}

/// All pods that plugins would evict as things are, and `others` that they would if a node was there that the pods prefer. Of
/// limits, those of zero count: others are reached only as pods go.
pub(super) fn stays(
    policy: &Policy,
    namespaces: &[(String, Labels)],
    world: &World,
    others: &[PodId],
) -> Vec<Stay> {
    let mut world = world.clone();
    let compiled = Compiled::new(policy, namespaces, &mut world);
    let nodes = ready_nodes(&world, &compiled.nodes);
    let mut cycle = Cycle::new(world.now, nodes, None);
    let mut listed: Vec<Stay> = Vec::new();
    let mut asked: Vec<(PodId, Option<Kept>)> = Vec::new();
    let limit = none_at_all(policy.limits);
    for (profile, plugin) in policy.plugins() {
        let evictor = &policy.profiles[profile].evictor;
        let mut sight = Sight::new(evictor, &compiled.profiles[profile], &world);
        let count = if cycle.is_skipped() {
            0
        } else {
            turns(plugin, cycle.nodes.len())
        };
        for turn in 0..count {
            cycle.turn = turn;
            let lists: Vec<List> = look(plugin, &mut cycle, &mut sight, &world);
            let pods = lists.into_iter().flat_map(|list| list.pods);
            listed.extend(pods.map(|pod| Stay { pod, why: limit }));
        }
        if let Plugin::NodeAffinity(own) = plugin
            && own.kinds.contains(&AffinityKind::Preferred)
        {
            let checked = others.iter().map(|pod| {
                let kept = sight.evictor.check(*pod, &own.covered, &world);
                (*pod, kept.err().or(limit))
            });
            asked.extend(checked);
        }
    }
    let kept = cycle.into_round().kept.into_iter();
    let kept = kept.map(|(pod, why)| Stay {
        pod,
        why: Some(why),
    });
    listed.extend(kept);
    for (pod, why) in asked {
        if !listed.iter().any(|known| known.pod == pod) {
            listed.push(Stay { pod, why });
        }
    }
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
