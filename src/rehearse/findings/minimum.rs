//! Machines that a pool was refused, and that nobody may give back.

use crate::simulate::cloud::{Instance, InstanceState};
use crate::simulate::run::Run;
use crate::simulate::world::GroupId;

/// Pools at their minimum that wait for machines which do not come.
#[derive(Clone, Debug)]
pub(super) struct Waiting {
    pub(super) pools: Vec<String>,
    /// Whether the cloud has refused any; else it took the requests, and nothing came.
    is_refused: bool,
}

/// The Spot pools at their minimum that wait for machines which were refused, or have not come for longer than the autoscaler
/// waits. It may not delete them there, and counts them as coming, so that it requests no other.
/// Source: kubernetes/autoscaler 1.36.1 cluster-autoscaler/core/static_autoscaler.go, `deleteCreatedNodesWithErrors`,
/// `removeOldUnregisteredNodes`; clusterstate/clusterstate.go, `GetUpcomingNodes`, `expectedToRegister`;
/// `cloudprovider/azure/azure_scale_set.go`, `DeleteNodes`.
pub(super) fn waiting_at_minimum(run: &Run, takes: impl Fn(&String) -> bool) -> Option<Waiting> {
    let engine = &run.started.engine;
    let is_late = |one: &Instance| {
        one.state == InstanceState::Creating && run.ending.at - one.asked > run.provision
    };
    let groups = engine.world.groups.iter().enumerate();
    let own = groups.filter(|(_, group)| group.is_spot && takes(&group.pool));
    let mut is_refused = false;
    let held = own.filter(|(at, group)| {
        let id = GroupId::of(*at);
        let least = group.autoscaled.map_or(0, |range| range.min);
        let all: Vec<&Instance> = engine
            .cloud
            .listed(id)
            .map(|one| engine.cloud.get(one))
            .collect();
        let refused = all.iter().any(|one| one.state == InstanceState::Refused);
        let waits = refused || all.iter().any(|one| is_late(one));
        let is_held = engine.cloud.target(id) <= least && waits;
        is_refused |= is_held && refused;
        is_held
    });
    let mut pools: Vec<String> = held.map(|(_, group)| group.pool.clone()).collect();
    pools.dedup();
    (!pools.is_empty()).then_some(Waiting { pools, is_refused })
}

impl Waiting {
    /// Why such pools do not grow.
    pub(super) fn words(&self) -> String {
        let pools = self.pools.join(", ");
        if self.is_refused {
            let which = match self.pools.len() {
                1 => format!("pool {pools}, which is at its minimum,"),
                _ => format!("pools {pools}, which are at their minimum,"),
            };
            format!(
                "the autoscaler may not delete the refused machines of {which} and waits for them"
            )
        } else {
            let which = match self.pools.len() {
                1 => format!("pool {pools} that never came, since the pool is at its minimum,"),
                _ => {
                    format!("pools {pools} that never came, since the pools are at their minimum,")
                }
            };
            format!("the autoscaler may not delete the machines of {which} and waits for them")
        }
    }
}
