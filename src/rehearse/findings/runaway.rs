//! Placeholders that grow with the nodes that they request.

use crate::rehearse::class::{Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::world::{GroupId, NodeGroup, OwnerId};

/// A group at its maximum, more than half of whose nodes hold no workload, while placeholders that grow with its
/// nodes wait for more.
pub(super) fn runaway(run: &Run) -> Option<Finding> {
    let started = &run.started;
    let world = &started.engine.world;
    let is_app = |owner: OwnerId| started.parties[owner.index()].role == Role::Workload;
    // A proportional autoscaler whose placeholders wait, and which counts the nodes of a group.
    let waits_for = |group: &NodeGroup| {
        let mut scaled = started.proportional.iter();
        scaled.any(|own| {
            let mut pods = world.pods_of(own.target()).iter();
            pods.any(|pod| world.pod(*pod).node.is_none()) && own.counts(&group.labels, world)
        })
    };
    let mut full = Vec::new();
    for (at, group) in world.groups.iter().enumerate() {
        let id = GroupId::of(at);
        let is_full = group
            .autoscaled
            .is_some_and(|range| range.max > 1 && started.engine.cloud.target(id) >= range.max);
        let nodes: Vec<_> = world
            .present_nodes()
            .filter(|node| world.node(*node).group == Some(id) && world.is_alive(*node))
            .collect();
        let idle = nodes.iter().filter(|node| {
            let mut pods = world.node(**node).pods.iter();
            !pods.any(|pod| is_app(world.pod(*pod).owner))
        });
        if is_full && 2 * idle.count() > nodes.len() && waits_for(group) {
            full.push(group.pool.clone());
        }
    }
    if full.is_empty() {
        return None;
    }
    full.dedup();
    let message = match full.as_slice() {
        [pool] => format!(
            "pool {pool} is at its maximum, most of its nodes hold no workload, and placeholders still wait for more"
        ),
        pools => format!(
            "pools {} are at their maximum, most of their nodes hold no workload, and placeholders still wait for more",
            pools.join(", ")
        ),
    };
    Some(finding(Class::L4, message))
}
