//! Placeholders on on-demand: headroom on the nodes that always run, for pods that fail over when Spot is lost.

use super::demand::Demand;
use crate::components::controller::container;
use crate::components::descheduler::Descheduler;
use crate::components::overprovisioner::pools::{chosen, linux};
use crate::components::overprovisioner::priority_class::priority_class;
use crate::components::overprovisioner::{Placeholder, Target};
use crate::config::{Capacity, Mode, PlaceholderSpread, PriorityClassRef, Spot};
use crate::defaults;
use crate::kubernetes::Toleration;
use crate::model::capacity;
use crate::model::packing::Packing;
use crate::plan::Amount;
use crate::plan::{NodePool, Workload};

/// One for each pod that can fail over at once, as far as the permanent nodes hold them. If those nodes hold everything
/// that fails over, with the maximum replicas of autoscalers, there are no more placeholders than fit: each Pending one
/// keeps an extra node running. `beside` holds the sizes and numbers of other pods on those nodes.
pub(super) fn placeholder(
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    beside: &[(Amount, i64)],
    demand: &Demand,
) -> Option<Placeholder> {
    let paid: Vec<&NodePool> = linux(pools)
        .into_iter()
        .filter(|pool| pool.capacity == Capacity::OnDemand && pool.mode == Mode::User)
        .filter(|pool| pool.nodes.is_some_and(|range| range.min > 0))
        .collect();
    let nodes = paid
        .iter()
        .map(|pool| Some((capacity::of_node(pool)?, pool.nodes?.min)));
    let mut free = Packing::of(nodes.collect::<Option<Vec<_>>>()?);
    free.spread(beside);
    let mut beside_all = free.clone();
    if beside_all.fill(&demand.groups) == demand.most_pods {
        free = beside_all;
    }
    let replicas = free.fill(&[(demand.largest, demand.at_once)]);
    if replicas < 1 {
        return None;
    }
    let target = Target::Pools(paid.iter().map(|pool| pool.name.clone()).collect());
    Some(Placeholder {
        name: defaults::ON_DEMAND_PLACEHOLDER_NAME.to_owned(),
        replicas: Some(i32::try_from(replicas).unwrap_or(i32::MAX)),
        requests: demand.size(),
        priority_class: priority_class(shared, false),
        spread: PlaceholderSpread::None,
        tolerations: Toleration::for_taints(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling: None,
        target,
    })
}

/// Sizes and numbers of the pods that run on on-demand whatever Spot does: workloads that are kept off Spot or prefer
/// on-demand, and the descheduler.
pub(super) fn beside(
    workloads: &[Workload],
    descheduler: Option<&Descheduler>,
) -> Vec<(Amount, i64)> {
    let descheduler =
        descheduler.filter(|descheduler| descheduler.placement.spot() == Some(Spot::Never));
    let installed = descheduler.map(|descheduler| (Amount::from(&descheduler.resources), 1));
    let is_there = |workload: &&Workload| {
        matches!(workload.placement.spot(), Some(Spot::Never | Spot::Avoided))
            || workload.is_kept_off_spot
    };
    let others = workloads.iter().filter(is_there).filter_map(|workload| {
        let requests = workload.requests.as_ref().map(Amount::from)?;
        Some((requests, workload.most_replicas().unwrap_or(1)))
    });
    installed.into_iter().chain(others).collect()
}

/// The requests of a proportional autoscaler there.
pub(super) fn scaler() -> Amount {
    Amount::from(&container(
        None,
        defaults::PROPORTIONAL_AUTOSCALER_RESOURCES,
    ))
}
