//! Capacity that is available to pods without a scale-up of Spot.

use super::pools::pools_of;
use crate::components::System;
use crate::config::Spot;
use crate::model::failover::Refuge;
use crate::model::paid_room::PaidRoom;
use crate::plan::NodePool;

pub(crate) fn refuge(system: &System) -> Option<Refuge> {
    let plan = &system.plan;
    if PaidRoom::of(plan, system.on_demand_controllers()).is_some_and(|paid| paid.holds_all()) {
        return Some(Refuge::PaidNodes);
    }
    has_headroom(system).then_some(Refuge::Placeholders)
}

/// Whether there are placeholders whose nodes are all on-demand.
fn has_headroom(system: &System) -> bool {
    let plan = &system.plan;
    let mut placeholders = system.placeholders();
    placeholders.any(|(_, placeholder)| {
        let mut pools = pools_of(plan, placeholder).peekable();
        placeholder.replicas != Some(0)
            && pools.peek().is_some()
            && pools.all(|pool| !pool.is_spot())
    })
}

/// Whether something requests Spot nodes while there are none: only then is a pool asked again after its back-off, and
/// backed off for longer.
pub(crate) fn asks_for_spot(system: &System) -> bool {
    let plan = &system.plan;
    let mut placeholders = system.placeholders();
    let mut workloads = plan.workloads.iter();
    placeholders.any(|(_, placeholder)| {
        placeholder.replicas != Some(0) && pools_of(plan, placeholder).any(NodePool::is_spot)
    }) || workloads.any(|workload| workload.placement.spot() == Some(Spot::Required))
}
