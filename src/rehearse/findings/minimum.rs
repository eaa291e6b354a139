//! Machines that a pool was refused, and that nobody may give back.

use crate::simulate::cloud::InstanceState;
use crate::simulate::run::Run;
use crate::simulate::world::GroupId;

/// The Spot pools at their minimum whose refused machines the cloud still lists. The autoscaler may not delete them there, and
/// counts them as coming, so that it requests no other.
/// Source: kubernetes/autoscaler 1.36.1 cluster-autoscaler/core/static_autoscaler.go, `deleteCreatedNodesWithErrors`;
/// clusterstate/clusterstate.go, `GetUpcomingNodes`, `expectedToRegister`; `cloudprovider/azure/azure_scale_set.go`,
/// `DeleteNodes`.
pub(super) fn refused_at_minimum(run: &Run) -> Vec<String> {
    let engine = &run.started.engine;
    let groups = engine.world.groups.iter().enumerate();
    let held = groups.filter(|(at, group)| {
        let id = GroupId::of(*at);
        let least = group.autoscaled.map_or(0, |range| range.min);
        let mut listed = engine.cloud.listed(id);
        group.is_spot
            && engine.cloud.target(id) <= least
            && listed.any(|one| engine.cloud.get(one).state == InstanceState::Refused)
    });
    let mut pools: Vec<String> = held.map(|(_, group)| group.pool.clone()).collect();
    pools.dedup();
    pools
}

/// Why such pools do not grow.
pub(super) fn words(pools: &[String]) -> String {
    let pools = pools.join(", ");
    format!(
        "the autoscaler may not delete the refused machines of pool {pools}, which is at its minimum, and waits for them"
    )
}
