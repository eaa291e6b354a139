use super::labels::owned_labels;
use super::node_pool::{NodePool, NodeRange};
use crate::config::{self, Capacity, Mode, ProviderName, Spec};
use crate::defaults;
use crate::kubernetes::{Effect, Resources, Taint, Toleration};
use crate::providers::{Facts, aks_allocatable, azure_vm_resources};
use crate::values::Number;

pub(crate) fn resolve(spec: &Spec, facts: &Facts) -> Vec<NodePool> {
    spec.node_pools
        .iter()
        .map(|pool| node_pool(pool, facts))
        .collect()
}

fn node_pool(pool: &config::NodePool, facts: &Facts) -> NodePool {
    // What becomes of a VM that is taken back, and what it may cost, are settings of Azure's.
    let is_azure_spot = facts.name == ProviderName::Aks && pool.capacity == Capacity::Spot;
    let spot = pool.spot.clone().unwrap_or_default();
    let allocatable = allocatable(pool, facts);
    NodePool {
        name: pool.name.to_string(),
        capacity: pool.capacity,
        mode: pool.mode,
        os_type: pool.os_type,
        vm_size: pool.vm_size.clone(),
        zones: pool.zones.iter().map(ToString::to_string).collect(),
        nodes: pool.nodes.map(|range| NodeRange {
            min: range.min.get(),
            max: range.max.get(),
        }),
        labels: owned_labels(pool.labels.clone()),
        taints: taints(pool, facts),
        node_group: facts.node_group.pattern(pool.name.as_str(), pool.os_type),
        eviction_policy: is_azure_spot.then(|| spot.eviction_policy.unwrap_or_default()),
        max_price: is_azure_spot.then(|| spot.max_price.unwrap_or(Number::new(-1.0))),
        room: allocatable.map(|whole| room(whole, pool)),
        allocatable: allocatable.map(|(cpu, memory)| Resources::of(cpu, memory)),
        taken_by: Vec::new(),
    }
}

fn taints(pool: &config::NodePool, facts: &Facts) -> Vec<Taint> {
    let automatic = facts
        .spot_taint
        .filter(|_| pool.capacity == Capacity::Spot)
        .map(Taint::known);
    let own = match &pool.taints {
        Some(stated) => stated.iter().map(|taint| parse(taint.as_str())).collect(),
        // System pools are left alone: the cluster's own pods must not be driven off them.
        None if pool.capacity == Capacity::OnDemand && pool.mode == Mode::User => {
            vec![Taint::known(defaults::ON_DEMAND_TAINT)]
        }
        None => Vec::new(),
    };
    let mut taints: Vec<Taint> = automatic.into_iter().collect();
    for taint in own {
        if !taints.contains(&taint) {
            taints.push(taint);
        }
    }
    taints
}

fn parse(text: &str) -> Taint {
    let (rest, effect) = text.rsplit_once(':').expect("the schema wants an effect");
    let (key, value) = match rest.split_once('=') {
        Some((key, value)) => (key, Some(value.to_owned())),
        None => (rest, None),
    };
    Taint {
        key: key.to_owned(),
        value,
        effect: Effect::parse(effect).expect("the schema knows the effects"),
    }
}

/// What pods and `DaemonSet`s can request on one empty node: stated, or taken from the VM size.
fn allocatable(pool: &config::NodePool, facts: &Facts) -> Option<(i64, i64)> {
    let size = pool
        .vm_size
        .as_deref()
        .filter(|_| facts.name == ProviderName::Aks)
        .and_then(azure_vm_resources);
    let known = size.map(|size| aks_allocatable(&size));
    let stated = pool.allocatable.clone().unwrap_or_default();
    let cpu = stated
        .cpu
        .map(|cpu| cpu.millis())
        .or(known.map(|known| known.cpu_millis))?;
    let memory = stated
        .memory
        .map(|memory| memory.bytes())
        .or(known.map(|known| known.memory_bytes))?;
    Some((cpu, memory))
}

/// What is left of it for pods.
fn room((cpu, memory): (i64, i64), pool: &config::NodePool) -> Resources {
    let overhead = pool.daemon_set_overhead.clone().unwrap_or_default();
    let (default_cpu, default_memory) = defaults::DAEMON_SET_OVERHEAD;
    let overhead_cpu = overhead.cpu.map_or(default_cpu, |cpu| cpu.millis());
    let overhead_memory = overhead
        .memory
        .map_or(default_memory, |memory| memory.bytes());
    Resources::of(
        (cpu - overhead_cpu).max(0),
        (memory - overhead_memory).max(0),
    )
}

/// Tolerations that let a pod onto Spot: of what every Spot pool is tainted with, the provider's own taint included.
/// Without them no Spot node at all would do.
pub(crate) fn spot_tolerations(facts: &Facts, pools: &[NodePool]) -> Vec<Toleration> {
    let spot: Vec<&NodePool> = pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::Spot)
        .collect();
    let Some((first, others)) = spot.split_first() else {
        let automatic = facts.spot_taint.map(Taint::known);
        return Toleration::for_taints(automatic.iter());
    };
    Toleration::for_taints(
        first
            .taints
            .iter()
            .filter(|taint| others.iter().all(|pool| pool.taints.contains(taint))),
    )
}

/// The pools that workloads with these tolerations can be on.
pub(crate) fn for_workloads<'p>(
    pools: &'p [NodePool],
    tolerations: &[Toleration],
) -> impl Iterator<Item = &'p NodePool> {
    let pools = pools.iter().filter(|pool| pool.has_their_system(pools));
    pools.filter(move |pool| pool.lets_on(tolerations))
}

/// Tolerations of what only makes the scheduler avoid on-demand, for pods that belong there.
pub(crate) fn on_demand_tolerations(pools: &[NodePool]) -> Vec<Toleration> {
    let on_demand = pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::OnDemand);
    Toleration::for_taints(
        on_demand
            .flat_map(|pool| &pool.taints)
            .filter(|taint| taint.is_soft()),
    )
}
