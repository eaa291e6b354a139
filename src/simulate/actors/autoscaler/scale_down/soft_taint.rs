//! The taint that tells the scheduler to rather not use a node that is not needed.
//!
//! Source: kubernetes/autoscaler cluster-autoscaler/core/scaledown/actuation/softtaint.go,
//! `UpdateSoftDeletionTaints`; utils/taints/taints.go for the keys.

use super::state::ScaleDown;
use crate::kubernetes::Effect;
use crate::simulate::actors::autoscaler::journal::Happening;
use crate::simulate::actors::autoscaler::options::Options;
use crate::simulate::world::{NodeId, NodeTaint, Symbol, World};

pub const CANDIDATE: &str = "DeletionCandidateOfClusterAutoscaler";
pub const TO_BE_DELETED: &str = "ToBeDeletedByClusterAutoscaler";

pub fn has_taint(world: &World, node: NodeId, key: Symbol) -> bool {
    world.node(node).taints.iter().any(|taint| taint.key == key)
}

pub fn add_taint(world: &mut World, node: NodeId, key: Symbol, effect: Effect) {
    // The value is the time, which nobody compares.
    world.update_node(node, |node| {
        node.taints.push(NodeTaint {
            key,
            value: None,
            effect,
        });
    });
}

pub fn remove_taint(world: &mut World, node: NodeId, key: Symbol) {
    world.update_node(node, |node| node.taints.retain(|taint| taint.key != key));
}

/// Takes the taint off nodes that are needed, then puts it on those that are not: so many changes at most. Whether
/// some are left for the next loop.
pub fn update(
    state: &ScaleDown,
    world: &mut World,
    options: &Options,
    journal: &mut Vec<Happening>,
) -> bool {
    let candidate = world.symbols.of(CANDIDATE);
    let to_be_deleted = world.symbols.of(TO_BE_DELETED);
    let is_scaled = |node: NodeId| {
        let group = world.node(node).group;
        group.is_some_and(|group| world.groups[group.index()].autoscaled.is_some())
    };
    let (mut off, mut on) = (Vec::new(), Vec::new());
    for node in world.present_nodes().filter(|node| is_scaled(*node)) {
        let is_unneeded = state.unneeded.contains_key(&node);
        if is_unneeded != has_taint(world, node, candidate)
            && !has_taint(world, node, to_be_deleted)
        {
            if is_unneeded { &mut on } else { &mut off }.push(node);
        }
    }
    let changes = off
        .iter()
        .map(|node| (*node, false))
        .chain(on.iter().map(|node| (*node, true)));
    for (node, is_unneeded) in changes.take(options.max_bulk_soft_taints) {
        if is_unneeded {
            add_taint(world, node, candidate, Effect::PreferNoSchedule);
            journal.push(Happening::SoftTainted(node));
        } else {
            remove_taint(world, node, candidate);
            journal.push(Happening::SoftTaintRemoved(node));
        }
    }
    off.len() + on.len() > options.max_bulk_soft_taints
}
