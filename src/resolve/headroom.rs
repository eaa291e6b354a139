//! The placeholders that are made where the configuration names none.

use super::overprovisioner::{chosen, linux, priority_class, spot_pools};
use super::resources::amounts;
use super::tolerations;
use crate::config::{Capacity, Mode, PlaceholderSpread, PriorityClassRef, Spec, Spot};
use crate::defaults;
use crate::plan::{Descheduler, LeftOut, NodePool, Placeholder, Resources, Target, Workload};
use crate::values::Quantity;

/// Headroom that needs no one to think of it: on Spot to bring nodes up and to come back to, and on the on-demand nodes
/// that are paid for anyway to fail over to.
pub(super) fn placeholders(
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    workloads: &[Workload],
    descheduler: Option<&Descheduler>,
) -> Vec<Placeholder> {
    let Some(demand) = Demand::of(workloads, pools) else {
        return Vec::new();
    };
    let spot = spot_placeholder(shared, pools, &demand);
    let on_demand =
        on_demand_placeholder(shared, pools, kept_away(workloads, descheduler), &demand);
    spot.into_iter().chain(on_demand).collect()
}

/// Placeholders that would be made if anything told how large they should be.
pub(super) fn left_out(spec: &Spec, pools: &[NodePool], workloads: &[Workload]) -> Option<LeftOut> {
    let is_left_to_us = spec
        .overprovisioner
        .as_ref()
        .is_none_or(|stated| stated.enabled != Some(false) && stated.placeholders.is_none());
    let is_unknown = running(workloads).next().is_some()
        && running(workloads).all(|workload| workload.requests.is_none());
    (is_left_to_us && is_unknown && !linux(pools).is_empty()).then_some(LeftOut {
        component: "overprovisioner",
        why: "there are no placeholders: no workload that prefers Spot says what it requests",
        next: "write `requests` with the workloads, or take them from their manifests: --from MANIFESTS",
    })
}

/// The workloads that prefer Spot and run all the time.
fn running(workloads: &[Workload]) -> impl Iterator<Item = &Workload> {
    workloads
        .iter()
        .filter(|workload| workload.prefers_spot() && workload.kind.is_counted())
}

/// What those workloads request.
struct Demand {
    /// Thousandths of a CPU, of all replicas.
    cpu: i64,
    /// Bytes, of all replicas.
    memory: i64,
    replicas: i64,
    /// The largest CPU and the largest memory of one pod.
    largest: (i64, i64),
}

impl Demand {
    /// `None` when none of them says what it requests: then nobody can tell how much room they need. Pods that fit on no
    /// Spot node do not count: they stay on on-demand, and a placeholder of their size would stay pending.
    fn of(workloads: &[Workload], pools: &[NodePool]) -> Option<Self> {
        let fits = |requests: &Resources| {
            let mut spot = spot_pools(pools).peekable();
            spot.peek().is_none()
                || spot.any(|pool| {
                    pool.room.as_ref().is_none_or(|room| {
                        requests.cpu.millis() <= room.cpu.millis()
                            && requests.memory.bytes() <= room.memory.bytes()
                    })
                })
        };
        let mut demand = Self {
            cpu: 0,
            memory: 0,
            replicas: 0,
            largest: (0, 0),
        };
        for workload in running(workloads) {
            let Some(requests) = workload.requests.as_ref().filter(|requests| fits(requests))
            else {
                continue;
            };
            let replicas = workload.most_replicas().unwrap_or(1);
            let (cpu, memory) = (requests.cpu.millis(), requests.memory.bytes());
            demand.cpu += cpu * replicas;
            demand.memory += memory * replicas;
            demand.replicas += replicas;
            demand.largest = (demand.largest.0.max(cpu), demand.largest.1.max(memory));
        }
        (demand.replicas > 0 && demand.largest != (0, 0)).then_some(demand)
    }
}

/// As many as Spot nodes are wanted, each as large as the largest pod, one a node: each pending one is the signal that
/// brings a node, and the rest of that node is room to come back to.
fn spot_placeholder(
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    demand: &Demand,
) -> Option<Placeholder> {
    let spot: Vec<&NodePool> = spot_pools(pools).collect();
    if spot.is_empty() {
        return None;
    }
    let target = Target::Spot;
    // The smallest room counts where it is known: a placeholder must do on any of the pools.
    let room = |amount: fn(&Resources) -> i64| {
        spot.iter()
            .filter_map(|pool| pool.room.as_ref().map(amount))
            .min()
    };
    let nodes_for = |wanted: i64, room: Option<i64>, placeholder: i64| {
        let free = room.map(|room| room - placeholder).filter(|free| *free > 0);
        free.map_or(1, |free| (wanted + free - 1) / free)
    };
    let wanted = nodes_for(demand.cpu, room(|room| room.cpu.millis()), demand.largest.0)
        .max(nodes_for(
            demand.memory,
            room(|room| room.memory.bytes()),
            demand.largest.1,
        ))
        .max(1);
    let most: Option<i64> = spot
        .iter()
        .map(|pool| pool.nodes.map(|range| range.max))
        .sum();
    let replicas = most.map_or(wanted, |most| wanted.min(most.max(1)));
    Some(Placeholder {
        name: defaults::SPOT_PLACEHOLDER_NAME.to_owned(),
        replicas: Some(i32::try_from(replicas).unwrap_or(i32::MAX)),
        requests: amounts(demand.largest.0, demand.largest.1),
        priority_class: priority_class(shared, true),
        spread: PlaceholderSpread::OnePerNode,
        tolerations: tolerations(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling: None,
        target,
    })
}

/// As many as fit on the nodes that are there in any case, at most one for each pod that could come at once.
fn on_demand_placeholder(
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    (never_cpu, never_memory): (i64, i64),
    demand: &Demand,
) -> Option<Placeholder> {
    let paid: Vec<&NodePool> = linux(pools)
        .into_iter()
        .filter(|pool| pool.capacity == Capacity::OnDemand && pool.mode == Mode::User)
        .filter(|pool| pool.nodes.is_some_and(|range| range.min > 0))
        .collect();
    let fit = |free: i64, one: i64| if one > 0 { free / one } else { i64::MAX };
    let mut slots = 0;
    for pool in &paid {
        let room = pool.room.as_ref()?;
        let nodes = pool.nodes.map_or(0, |range| range.min);
        let per_node = fit(room.cpu.millis(), demand.largest.0)
            .min(fit(room.memory.bytes(), demand.largest.1));
        slots += per_node * nodes;
    }
    let taken = ceil_fit(never_cpu, demand.largest.0).max(ceil_fit(never_memory, demand.largest.1));
    let replicas = (slots - taken).min(demand.replicas);
    if replicas < 1 {
        return None;
    }
    let target = Target::Pools(paid.iter().map(|pool| pool.name.clone()).collect());
    Some(Placeholder {
        name: defaults::ON_DEMAND_PLACEHOLDER_NAME.to_owned(),
        replicas: Some(i32::try_from(replicas).unwrap_or(i32::MAX)),
        requests: amounts(demand.largest.0, demand.largest.1),
        priority_class: priority_class(shared, false),
        spread: PlaceholderSpread::None,
        tolerations: tolerations(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling: None,
        target,
    })
}

/// How many placeholders' worth of room something takes.
fn ceil_fit(amount: i64, one: i64) -> i64 {
    if one > 0 { (amount + one - 1) / one } else { 0 }
}

/// CPU and memory of what lives on on-demand: workloads that are kept away from Spot, and the descheduler.
fn kept_away(workloads: &[Workload], descheduler: Option<&Descheduler>) -> (i64, i64) {
    let descheduler =
        descheduler.filter(|descheduler| descheduler.placement.spot == Some(Spot::Never));
    let its =
        |name: &str| descheduler.and_then(|descheduler| descheduler.resources.requests.get(name));
    let own = (
        its("cpu").map_or(0, Quantity::millis),
        its("memory").map_or(0, Quantity::bytes),
    );
    let never = workloads
        .iter()
        .filter(|workload| workload.placement.spot == Some(Spot::Never));
    never.fold(own, |(cpu, memory), workload| {
        let replicas = workload.most_replicas().unwrap_or(1);
        let requests = workload.requests.as_ref();
        (
            cpu + requests.map_or(0, |requests| requests.cpu.millis()) * replicas,
            memory + requests.map_or(0, |requests| requests.memory.bytes()) * replicas,
        )
    })
}
