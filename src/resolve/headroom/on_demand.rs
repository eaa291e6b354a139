//! Placeholders on on-demand: room on the nodes that are paid for anyway, for what comes when Spot goes.

use super::super::overprovisioner::{chosen, linux, priority_class};
use super::super::resources::{amounts, container};
use super::super::tolerations;
use super::demand::Demand;
use crate::config::{Capacity, Mode, PlaceholderSpread, PriorityClassRef, Spot};
use crate::defaults;
use crate::numbers::room::{self, Amount};
use crate::plan::{Descheduler, NodePool, Placeholder, Target, Workload};

/// As many as the pods that can come at once and as the nodes hold that are there in any case. Where those nodes hold
/// everything that fails over, placeholders do not ask for more: one that does not fit beside them costs a node for as
/// long as Spot is away. `beside` is what else is on those nodes.
pub(super) fn placeholder(
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    beside: Amount,
    demand: &Demand,
) -> Option<Placeholder> {
    let paid: Vec<&NodePool> = linux(pools)
        .into_iter()
        .filter(|pool| pool.capacity == Capacity::OnDemand && pool.mode == Mode::User)
        .filter(|pool| pool.nodes.is_some_and(|range| range.min > 0))
        .collect();
    let (mut slots, mut room) = (0, Amount::default());
    for pool in &paid {
        let nodes = pool.nodes.map_or(0, |range| range.min);
        let node = room::of_node(pool)?;
        slots += demand.largest.count_in(node)?.saturating_mul(nodes);
        room = room.plus(node.times(nodes));
    }
    let taken = slots_for(beside, demand.largest);
    let rest = room.minus(beside).minus(demand.usual);
    let beside_all = demand.largest.count_in(rest)?;
    let fits_all = rest.cpu >= 0 && rest.memory >= 0;
    let most = if fits_all { beside_all } else { i64::MAX };
    let replicas = (slots - taken).min(demand.at_once).min(most);
    if replicas < 1 {
        return None;
    }
    let target = Target::Pools(paid.iter().map(|pool| pool.name.clone()).collect());
    Some(Placeholder {
        name: defaults::ON_DEMAND_PLACEHOLDER_NAME.to_owned(),
        replicas: Some(i32::try_from(replicas).unwrap_or(i32::MAX)),
        requests: amounts(demand.largest.cpu, demand.largest.memory),
        priority_class: priority_class(shared, false),
        spread: PlaceholderSpread::None,
        tolerations: tolerations(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling: None,
        target,
    })
}

/// How many placeholders' worth of room something takes.
fn slots_for(amount: Amount, one: Amount) -> i64 {
    let by = |amount: i64, one: i64| {
        if one > 0 { (amount + one - 1) / one } else { 0 }
    };
    by(amount.cpu, one.cpu).max(by(amount.memory, one.memory))
}

/// CPU and memory of what lives on on-demand: workloads that are kept away from Spot, and the descheduler.
pub(super) fn beside(workloads: &[Workload], descheduler: Option<&Descheduler>) -> Amount {
    let descheduler =
        descheduler.filter(|descheduler| descheduler.placement.spot == Some(Spot::Never));
    let installed = descheduler.map_or(Amount::default(), |descheduler| {
        Amount::from(&descheduler.resources)
    });
    let never = workloads
        .iter()
        .filter(|workload| workload.placement.spot == Some(Spot::Never))
        .filter_map(|workload| {
            let requests = workload.requests.as_ref().map(Amount::from)?;
            Some(requests.times(workload.most_replicas().unwrap_or(1)))
        });
    never.fold(installed, Amount::plus)
}

/// What a proportional autoscaler takes there.
pub(super) fn scaler() -> Amount {
    Amount::from(&container(
        None,
        defaults::PROPORTIONAL_AUTOSCALER_RESOURCES,
    ))
}
