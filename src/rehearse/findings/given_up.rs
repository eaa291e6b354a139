//! Machines that the autoscaler gives up before they have come.

use crate::config::pointers;
use crate::rehearse::class::Blame;
use crate::simulate::cloud::{Capacity, InstanceState};
use crate::simulate::run::Run;
use crate::simulate::world::GroupId;

/// The pools whose latest machine was asked for after the last step, is gone, and never had a node, though the cloud has as many
/// as are asked for: the autoscaler deletes what has not registered in time.
/// Source: kubernetes/autoscaler 1.36.1 cluster-autoscaler/core/static_autoscaler.go, `removeOldUnregisteredNodes`.
pub(super) fn given_up(run: &Run) -> Vec<String> {
    let started = &run.started;
    let engine = &started.engine;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let groups = engine.world.groups.iter().enumerate();
    let own = groups.filter(|(at, _)| {
        let id = GroupId::of(*at);
        let mut latest = engine.cloud.instances.iter().rev();
        let latest = latest.find(|one| one.group == id);
        engine.cloud.capacity(id) == Capacity::Plenty
            && latest.is_some_and(|one| {
                let is_gone = matches!(one.state, InstanceState::Deleting | InstanceState::Gone);
                one.asked >= from && one.node.is_none() && is_gone
            })
    });
    let mut pools: Vec<String> = own.map(|(_, group)| group.pool.clone()).collect();
    pools.dedup();
    pools
}

/// Why such pools do not grow.
pub(super) fn words(pools: &[String]) -> String {
    let pools = pools.join(", ");
    format!(
        "the autoscaler gives each machine of pool {pools} up before it has booted: `max-node-provision-time` is shorter than that takes"
    )
}

/// What is to blame.
pub(super) fn blame() -> Blame {
    Blame::Key(pointers::autoscaler_setting("max-node-provision-time"))
}
