use super::labels::owned_labels;
use super::node_pool::{NodePool, NodeRange};
use crate::config::{self, Capacity, Mode, Spec};
use crate::defaults;
use crate::kubernetes::{Effect, Resources, Taint, Toleration};
use crate::providers::{Facts, PoolLabel};
use crate::values::Number;

pub(crate) fn resolve(spec: &Spec, facts: &Facts) -> Vec<NodePool> {
    spec.node_pools
        .iter()
        .map(|pool| node_pool(pool, facts))
        .collect()
}

fn node_pool(pool: &config::NodePool, facts: &Facts) -> NodePool {
    let spot = pool.spot.clone().unwrap_or_default();
    let spot_defaults = facts
        .spot_pool_defaults
        .as_ref()
        .filter(|_| pool.capacity == Capacity::Spot);
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
        node_group: node_group(pool, facts),
        eviction_policy: spot_defaults
            .map(|defaults| spot.eviction_policy.unwrap_or(defaults.eviction_policy)),
        max_price: spot_defaults
            .map(|defaults| spot.max_price.unwrap_or(Number::new(defaults.max_price))),
        free: allocatable.map(|whole| free(whole, pool)),
        allocatable: allocatable.map(|(cpu, memory)| Resources::of(cpu, memory)),
        matched_by: Vec::new(),
    }
}

/// The pattern of the node group's name.
fn node_group(pool: &config::NodePool, facts: &Facts) -> String {
    let names = &facts.cluster_autoscaler.node_group;
    names.pattern(pool.name.as_str(), pool.os_type)
}

/// The taint that the provider sets on every node of the pool.
fn spot_taint(pool: &config::NodePool, facts: &Facts) -> Option<Taint> {
    let taint = facts.taints.spot.map(Taint::known);
    taint.filter(|_| pool.capacity == Capacity::Spot)
}

fn taints(pool: &config::NodePool, facts: &Facts) -> Vec<Taint> {
    let automatic = spot_taint(pool, facts);
    let own = match &pool.taints {
        Some(declared) => declared.iter().map(|taint| parse(taint.as_str())).collect(),
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
    let known = facts
        .vm_sizes
        .as_ref()
        .zip(pool.vm_size.as_deref())
        .and_then(|(vm_sizes, size)| (vm_sizes.allocatable)(size));
    let declared = pool.allocatable.clone().unwrap_or_default();
    let cpu = declared
        .cpu
        .map(|cpu| cpu.millis())
        .or(known.map(|known| known.cpu_millis))?;
    let memory = declared
        .memory
        .map(|memory| memory.bytes())
        .or(known.map(|known| known.memory_bytes))?;
    Some((cpu, memory))
}

/// What is left of it for pods.
fn free((cpu, memory): (i64, i64), pool: &config::NodePool) -> Resources {
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

impl NodePool {
    /// The label by which its nodes are known as Spot; `None` where they are not.
    pub fn spot_label<'a>(&self, facts: &'a Facts) -> Option<(&'a str, &'a str)> {
        self.is_spot().then_some(facts.labels.spot)
    }

    /// The value of a further label that the provider sets on its nodes.
    pub fn provider_label<'a>(&'a self, facts: &Facts, key: &str) -> Option<&'a str> {
        let mut labels = facts.labels.others.iter();
        let (_, label) = labels.find(|(known, _)| *known == key)?;
        Some(match *label {
            PoolLabel::Name => &self.name,
            PoolLabel::Mode { system, user } => match self.mode {
                Mode::System => system,
                Mode::User => user,
            },
            PoolLabel::Capacity { spot, on_demand } => match self.capacity {
                Capacity::Spot => spot,
                Capacity::OnDemand => on_demand,
            },
        })
    }

    /// A name that its node group can have.
    pub fn node_group_sample(&self, facts: &Facts) -> String {
        let names = &facts.cluster_autoscaler.node_group;
        names.sample(&self.name, self.os_type)
    }
}

/// Tolerations that let a pod onto Spot: of what every Spot pool is tainted with, the provider's own taint included.
/// Without them no Spot node at all would do.
pub(crate) fn spot_tolerations(facts: &Facts, pools: &[NodePool]) -> Vec<Toleration> {
    let spot: Vec<&NodePool> = pools
        .iter()
        .filter(|pool| pool.capacity == Capacity::Spot)
        .collect();
    let Some((first, others)) = spot.split_first() else {
        let automatic = facts.taints.spot.map(Taint::known);
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
