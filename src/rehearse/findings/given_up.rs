//! Machines that the autoscaler gives up before they have come.

use crate::config::pointers;
use crate::rehearse::class::Blame;
use crate::simulate::cloud::{Capacity, InstanceState};
use crate::simulate::run::Run;
use crate::simulate::world::GroupId;

/// The pools whose latest machines, asked for after the last step, never had a node and are partly gone, though the cloud has
/// as many as are asked for: the autoscaler deletes what has not registered in time. A pool at its minimum keeps its last ones.
/// Source: kubernetes/autoscaler 1.36.1 cluster-autoscaler/core/static_autoscaler.go, `removeOldUnregisteredNodes`.
pub(super) fn given_up(run: &Run) -> Vec<String> {
    let started = &run.started;
    let engine = &started.engine;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let groups = engine.world.groups.iter().enumerate();
    let own = groups.filter(|(at, _)| {
        let id = GroupId::of(*at);
        let asked = engine.cloud.instances.iter().rev();
        let asked = asked.filter(|one| one.group == id && one.asked >= from);
        let mut since = asked.take_while(|one| one.node.is_none());
        engine.cloud.capacity(id) == Capacity::Plenty
            && since.any(|one| one.state == InstanceState::Gone)
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
