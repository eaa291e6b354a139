//! Nodes that have room for more, and may hold no more pods.

use crate::simulate::actors::scheduler::{Reason, node_alone_fits};
use crate::simulate::run::Run;
use crate::simulate::world::{NodeId, TemplateId};

/// The pools of these nodes, where those that let such pods on lack nothing else than the number of pods that a node may hold;
/// none where any lacks more.
pub(in crate::rehearse) fn full_by_number(
    run: &Run,
    templates: &[TemplateId],
    nodes: impl Iterator<Item = NodeId>,
) -> Vec<String> {
    let world = &run.started.engine.world;
    let mut pools: Vec<String> = Vec::new();
    for node in nodes {
        let Some(group) = world.node(node).group else {
            continue;
        };
        let group = &world.groups[group.index()];
        for template in templates {
            if !node_alone_fits(world, *template, group) {
                continue;
            }
            match run.standstill.fits(world, *template, node) {
                Err(Reason::Resources(short))
                    if short.pods && !short.cpu && !short.memory && short.other.is_none() =>
                {
                    if !pools.contains(&group.pool) {
                        pools.push(group.pool.clone());
                    }
                }
                _ => return Vec::new(),
            }
        }
    }
    pools
}

/// The setting of these pools that it is, as it is said.
pub(in crate::rehearse) fn setting(pools: &[String]) -> String {
    match pools {
        [pool] => format!("`maxPods` of pool {pool}"),
        pools => format!("`maxPods` of pools {}", pools.join(", ")),
    }
}
