//! Placeholders on on-demand: room on the nodes that are paid for anyway, for what comes when Spot goes.

use super::super::resolve::{chosen, linux, priority_class};
use super::demand::Demand;
use crate::components::controller::container;
use crate::components::descheduler::Descheduler;
use crate::components::overprovisioner::{Placeholder, Target};
use crate::config::{Capacity, Mode, PlaceholderSpread, PriorityClassRef, Spot};
use crate::defaults;
use crate::kubernetes::Toleration;
use crate::numbers::room::{self, Amount};
use crate::plan::{NodePool, Resources, Workload};

/// As many as the pods that can come at once and as the nodes hold that are there in any case. Where those nodes hold
/// everything that fails over, with all the replicas that autoscalers make, placeholders do not ask for more: each pending
/// one keeps an extra node running. `beside` is what else is on those nodes.
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
    let mut nodes = Vec::new();
    for pool in &paid {
        let count = usize::try_from(pool.nodes?.min).unwrap_or(0);
        nodes.resize(nodes.len() + count, room::of_node(pool)?);
    }
    // Nobody knows where the rest will be: on one node after the other, or a part of it on each.
    let (filled, shared_out) = (
        Free::filled(&nodes, beside),
        Free::shared_out(&nodes, beside),
    );
    let slots = filled
        .count(demand.largest)
        .min(shared_out.count(demand.largest));
    let beside_all = filled.beside_all(demand).zip(shared_out.beside_all(demand));
    let most = beside_all.map_or(i64::MAX, |(one, other)| one.min(other));
    let replicas = slots.min(demand.at_once).min(most);
    if replicas < 1 {
        return None;
    }
    let target = Target::Pools(paid.iter().map(|pool| pool.name.clone()).collect());
    Some(Placeholder {
        name: defaults::ON_DEMAND_PLACEHOLDER_NAME.to_owned(),
        replicas: Some(i32::try_from(replicas).unwrap_or(i32::MAX)),
        requests: Resources::of(demand.largest.cpu, demand.largest.memory),
        priority_class: priority_class(shared, false),
        spread: PlaceholderSpread::None,
        tolerations: Toleration::for_taints(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling: None,
        target,
    })
}

/// What is free on each of some nodes.
struct Free(Vec<Amount>);

impl Free {
    /// Beside something that is on the first node, and on the next where that is not enough.
    fn filled(nodes: &[Amount], mut beside: Amount) -> Self {
        let free = nodes.iter().map(|node| {
            let taken = beside.min(*node);
            beside = beside.minus(taken);
            node.minus(taken)
        });
        Self(free.collect())
    }

    /// Beside something of which each node has an equal part.
    fn shared_out(nodes: &[Amount], beside: Amount) -> Self {
        let count = i64::try_from(nodes.len()).unwrap_or(i64::MAX).max(1);
        let part = Amount {
            cpu: (beside.cpu + count - 1) / count,
            memory: (beside.memory + count - 1) / count,
        };
        Self(nodes.iter().map(|node| node.minus(part)).collect())
    }

    /// How many pods of a size fit, each on one node.
    fn count(&self, one: Amount) -> i64 {
        let counts = self.0.iter().map(|free| one.count_in(*free).unwrap_or(0));
        counts.fold(0, i64::saturating_add)
    }

    /// How many placeholders fit beside everything that fails over; none where not everything surely fits: it does where
    /// it would if each pod were as large as the largest, and where the nodes have enough before the largest does not fit
    /// any more.
    fn beside_all(&self, demand: &Demand) -> Option<i64> {
        let Demand { largest, most, .. } = *demand;
        let by_number = self.count(largest) - demand.most_pods;
        let usable = self.0.iter().fold(Amount::default(), |usable, free| {
            usable.plus(free.minus(largest).max(Amount::default()))
        });
        let rest = usable.plus(largest).minus(most);
        let by_amount = Amount::default()
            .fits(rest)
            .then(|| largest.count_in(rest).unwrap_or(0));
        by_amount.max(Some(by_number).filter(|count| *count >= 0))
    }
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
