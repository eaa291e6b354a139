//! Machines that the autoscaler gives up before they have come.

use crate::config::pointers;
use crate::rehearse::class::Blame;
use crate::simulate::cloud::{Capacity, InstanceState};
use crate::simulate::run::Run;
use crate::simulate::world::GroupId;

/// The pools none of whose machines that were asked for after the last step ever had a node, though the cloud has as many as are
/// asked for, and some are gone: the autoscaler deletes what has not registered in time.
/// Source: kubernetes/autoscaler 1.36.1 cluster-autoscaler/core/static_autoscaler.go, `removeOldUnregisteredNodes`.
pub(super) fn given_up(run: &Run) -> Vec<String> {
    let started = &run.started;
    let engine = &started.engine;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let groups = engine.world.groups.iter().enumerate();
    let own = groups.filter(|(at, _)| {
        let id = GroupId::of(*at);
        let asked = engine.cloud.instances.iter();
        let mut asked = asked.filter(|one| one.group == id && one.asked >= from);
        engine.cloud.capacity(id) == Capacity::Plenty
            && asked.clone().all(|one| one.node.is_none())
            && asked.any(|one| one.state == InstanceState::Gone)
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
