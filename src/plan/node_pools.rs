use super::labels::owned_labels;
use super::node_pool::{NodePool, NodeRange, OnDemandPart};
use crate::config::{self, Capacity, Mode, Per, Spec};
use crate::defaults;
use crate::kubernetes::{Effect, Labels, Resources, Taint, Toleration};
use crate::providers::{Architecture, Facts, KnownTaint, PoolLabel, SpotLabelBeside, VmResources};
use crate::values::{Int, Number, group_name};

pub(crate) fn resolve(spec: &Spec, facts: &Facts) -> Vec<NodePool> {
    let has_gpus = |pool: &config::NodePool| gpus(pool, hardware(pool, facts)).unwrap_or(0) > 0;
    let are_mixed = !spec.node_pools.iter().all(has_gpus);
    let pools = spec.node_pools.iter();
    let mut pools: Vec<NodePool> = pools
        .map(|pool| node_pool(pool, facts, are_mixed))
        .collect();
    let has = |pool: &NodePool, taint: Option<KnownTaint>| {
        let is_one = |(key, _, effect): KnownTaint| {
            let mut taints = pool.taints.iter();
            taints.any(|own| own.key == key && own.effect == effect)
        };
        taint.is_some_and(is_one)
    };
    let for_gpus = |pool: &NodePool| has(pool, facts.taints.gpu);
    let on_arm = |pool: &NodePool| has(pool, facts.taints.arm);
    let mut spot = pools.iter().filter(|pool| pool.is_spot());
    let is_arm_apart = spot.any(|pool| !for_gpus(pool) && !on_arm(pool));
    for pool in &mut pools {
        pool.is_for_its_hardware = for_gpus(pool) || pool.is_spot() && is_arm_apart && on_arm(pool);
    }
    pools
}

/// `are_mixed`: whether some nodes of the cluster have no GPUs.
fn node_pool(pool: &config::NodePool, facts: &Facts, are_mixed: bool) -> NodePool {
    let spot = pool.spot.clone().unwrap_or_default();
    let spot_defaults = facts
        .spot_pool_defaults
        .as_ref()
        .filter(|_| pool.capacity == Capacity::Spot);
    let allocatable = allocatable(pool, facts);
    let hardware = hardware(pool, facts);
    let spot_label = spot_label(pool, facts);
    let (node_group, node_group_sample) = node_group(pool, facts);
    NodePool {
        name: pool.name.to_string(),
        capacity: pool.capacity,
        mode: pool.mode,
        os_type: pool.os_type,
        vm_size: pool.vm_size.clone(),
        architecture: architecture(pool, hardware),
        gpus: gpus(pool, hardware),
        zones: pool.zones.iter().map(ToString::to_string).collect(),
        nodes: pool.nodes.map(|range| nodes(pool, range, facts)),
        max_pods: pool
            .max_pods
            .map(Int::get)
            .or(facts.pool_limits.pods_per_node),
        on_demand_part: pool.instances_distribution.map(|part| OnDemandPart {
            base: part.on_demand_base_capacity.map_or(0, Int::get),
            percentage: part
                .on_demand_percentage_above_base_capacity
                .map_or(0, Int::get),
        }),
        base_may_lack_spot_label: base_may_lack_spot_label(pool, facts),
        labels: labels(pool, spot_label.as_ref(), facts),
        spot_label,
        taints: taints(pool, automatic_taints(pool, facts, are_mixed)),
        is_for_its_hardware: false,
        node_group,
        node_group_sample,
        eviction_policy: spot_defaults
            .map(|defaults| spot.eviction_policy.unwrap_or(defaults.eviction_policy)),
        max_price: spot_defaults
            .map(|defaults| spot.max_price.unwrap_or(Number::new(defaults.max_price))),
        price: pool.price.clone(),
        free: allocatable.map(|whole| free(whole, pool)),
        allocatable: allocatable.map(|(cpu, memory)| Resources::of(cpu, memory)),
        matched_by: Vec::new(),
    }
}

/// The range of the whole pool.
fn nodes(pool: &config::NodePool, range: config::NodeRange, facts: &Facts) -> NodeRange {
    let zones = i64::try_from(pool.zones.len()).unwrap_or(i64::MAX).max(1);
    let times = match range.per.unwrap_or(facts.pool_limits.counted_per) {
        Per::Pool => 1,
        Per::Zone => zones,
    };
    NodeRange {
        min: range.min.get().saturating_mul(times),
        max: range.max.get().saturating_mul(times),
    }
}

/// The pattern of the node group's name, and a name that it can have.
fn node_group(pool: &config::NodePool, facts: &Facts) -> (String, String) {
    let names = &facts.cluster_autoscaler.node_group;
    let (name, os) = (pool.name.as_str(), pool.os_type);
    match pool.node_group.as_deref() {
        Some(exact) if group_name::is_name(exact) => {
            (group_name::exact_pattern(exact), exact.to_owned())
        }
        Some(pattern) => {
            let sample = group_name::example(pattern);
            (pattern.to_owned(), sample.unwrap_or_default())
        }
        None => (names.pattern(name, os), names.sample(name, os)),
    }
}

/// The label by which Spot nodes of the pool are known: declared, or the provider's.
fn spot_label(pool: &config::NodePool, facts: &Facts) -> Option<(String, String)> {
    if pool.capacity != Capacity::Spot {
        return None;
    }
    let Some(declared) = &pool.spot_label else {
        let (key, value) = facts.labels.spot;
        return Some((key.to_owned(), value.to_owned()));
    };
    let (key, value) = declared.iter().next()?;
    Some((key.to_string(), value.to_string()))
}

/// Whether its Spot label is one that a script of the node sets, and its on-demand nodes are none of Spot.
fn base_may_lack_spot_label(pool: &config::NodePool, facts: &Facts) -> bool {
    let declared = pool.spot_label.as_ref();
    let Some((key, _)) = declared.and_then(|label| label.iter().next()) else {
        return false;
    };
    let labels = owned_labels(pool.labels.clone());
    let is_of_all = labels.get(key.as_str()).is_some();
    pool.instances_distribution.is_some() && key.as_str() != facts.labels.spot.0 && !is_of_all
}

/// Those of the pool, with a declared Spot label that the provider does not set.
fn labels(pool: &config::NodePool, spot_label: Option<&(String, String)>, facts: &Facts) -> Labels {
    let mut labels = owned_labels(pool.labels.clone());
    if let Some((key, value)) = spot_label
        && key != facts.labels.spot.0
    {
        labels.insert(key.clone(), value.clone());
    }
    labels
}

/// The taints that the provider sets on every node of the pool. `taints: []` says that something takes them off.
fn automatic_taints(pool: &config::NodePool, facts: &Facts, are_mixed: bool) -> Vec<Taint> {
    if pool.taints.as_ref().is_some_and(Vec::is_empty) {
        return Vec::new();
    }
    let known = &facts.taints;
    let hardware = hardware(pool, facts);
    let is_arm = architecture(pool, hardware) == Some(Architecture::Arm64);
    let has_gpus = gpus(pool, hardware).is_some_and(|count| count > 0);
    let taints = [
        known.spot.filter(|_| pool.capacity == Capacity::Spot),
        known.arm.filter(|_| is_arm),
        known.gpu.filter(|_| has_gpus && are_mixed),
    ];
    taints.into_iter().flatten().map(Taint::known).collect()
}

fn taints(pool: &config::NodePool, automatic: Vec<Taint>) -> Vec<Taint> {
    let own: Vec<Taint> = match &pool.taints {
        Some(declared) => declared.iter().map(|taint| parse(taint.as_str())).collect(),
        // System pools are left alone: the cluster's own pods must not be driven off them.
        None if pool.capacity == Capacity::OnDemand && pool.mode == Mode::User => {
            vec![Taint::known(defaults::ON_DEMAND_TAINT)]
        }
        None => Vec::new(),
    };
    // A node has no two taints of one key and effect.
    let is_other = |taint: &Taint, all: &[Taint]| {
        let mut all = all.iter();
        all.all(|other| (&other.key, other.effect) != (&taint.key, taint.effect))
    };
    let mut taints: Vec<Taint> = automatic
        .into_iter()
        .filter(|taint| own.contains(taint) || is_other(taint, &own))
        .collect();
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
        // An empty value is none.
        Some((key, value)) => (
            key,
            Some(value.to_owned()).filter(|value| !value.is_empty()),
        ),
        None => (rest, None),
    };
    Taint {
        key: key.to_owned(),
        value,
        effect: Effect::parse(effect).expect("the schema knows the effects"),
    }
}

/// What its VM size tells of its nodes.
fn hardware(pool: &config::NodePool, facts: &Facts) -> Option<VmResources> {
    let vm_sizes = facts.vm_sizes.as_ref()?;
    (vm_sizes.resources)(pool.vm_size.as_deref()?)
}

fn gpus(pool: &config::NodePool, hardware: Option<VmResources>) -> Option<i64> {
    let declared = pool.gpus.map(Int::get);
    declared.or(hardware.map(|known| i64::from(known.gpus)))
}

fn architecture(pool: &config::NodePool, hardware: Option<VmResources>) -> Option<Architecture> {
    let declared = pool.architecture.map(|declared| match declared {
        config::Architecture::Amd64 => Architecture::Amd64,
        config::Architecture::Arm64 => Architecture::Arm64,
    });
    declared.or(hardware.map(|known| known.architecture))
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
    /// Whether its nodes have the labels by which the provider tells Spot; none where nobody knows: it is known by another
    /// label, and something else may have made its nodes.
    pub fn is_marked_by_provider(&self, facts: &Facts) -> Option<bool> {
        let (key, value) = facts.labels.spot;
        let Some((own, _)) = self.spot_label.as_ref().filter(|_| self.is_spot()) else {
            return Some(false);
        };
        if self.has_label(key, value) {
            return Some(true);
        }
        // Another kind of capacity: preemptible VMs of GKE.
        let mut others = facts.labels.capacity.iter();
        if own == key || others.any(|label| label.key == own) {
            return Some(false);
        }
        match facts.labels.spot_beside_another {
            SpotLabelBeside::Always => Some(true),
            SpotLabelBeside::OfItsOwnGroups => None,
            SpotLabelBeside::Never => Some(false),
        }
    }

    /// Whether a label is one by which the provider tells Spot, and nobody knows whether its nodes have it.
    pub fn may_be_marked_by(&self, facts: &Facts, key: &str) -> bool {
        let mut known = facts.labels.capacity.iter();
        let is_of_provider = key == facts.labels.spot.0 || known.any(|label| label.key == key);
        self.is_spot() && is_of_provider && self.is_marked_by_provider(facts).is_none()
    }

    /// The value of a further label that the provider sets on its nodes.
    pub fn provider_label<'a>(&'a self, facts: &Facts, key: &str) -> Option<&'a str> {
        let is_marked = || self.is_marked_by_provider(facts) == Some(true);
        if key == facts.labels.spot.0 && is_marked() {
            return Some(facts.labels.spot.1);
        }
        let mut labels = facts.labels.others.iter();
        let (_, label) = labels.find(|(known, _)| *known == key)?;
        if self.is_spot() && matches!(label, PoolLabel::Capacity { .. }) && !is_marked() {
            return None;
        }
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
}

/// The label that Spot nodes have and others have not: the one that pools are declared to be known by, else another that
/// all Spot pools share and no other pool has. Where there is none, that of the first Spot pool.
fn shared_spot_label(facts: &Facts, pools: &[NodePool]) -> (String, String) {
    let (spot, on_demand): (Vec<&NodePool>, Vec<&NodePool>) =
        pools.iter().partition(|pool| pool.is_spot());
    let known = spot.iter().filter_map(|pool| pool.spot_label.clone());
    let own = spot.first().into_iter().flat_map(|pool| pool.labels.iter());
    let own = own.map(|(key, value)| (key.to_string(), value.to_string()));
    let marks_spot = |(key, value): &(String, String)| {
        spot.iter().all(|pool| pool.has_label(key, value))
            && !on_demand.iter().any(|pool| pool.has_label(key, value))
    };
    let mut candidates = known.clone().chain(own);
    let (key, value) = facts.labels.spot;
    candidates
        .find(marks_spot)
        .or_else(|| known.clone().next())
        .unwrap_or_else(|| (key.to_owned(), value.to_owned()))
}

/// The labels by which all Spot nodes are known: the one that all Spot pools share, else as many as that takes.
pub(crate) fn spot_labels(facts: &Facts, pools: &[NodePool]) -> Vec<(String, String)> {
    let mut labels = vec![shared_spot_label(facts, pools)];
    for pool in pools.iter().filter(|pool| pool.is_spot()) {
        let is_known = labels.iter().any(|(key, value)| pool.has_label(key, value));
        if let Some(own) = pool.spot_label.as_ref().filter(|_| !is_known) {
            labels.push(own.clone());
        }
    }
    labels
}

/// Tolerations that let a pod onto Spot: of what every Spot pool is tainted with, the provider's own taint included.
/// Without them no Spot node at all would do. Pools without a taint that keeps pods off need none.
pub(crate) fn spot_tolerations(facts: &Facts, pools: &[NodePool]) -> Vec<Toleration> {
    let spot: Vec<&NodePool> = pools
        .iter()
        .filter(|pool| pool.is_spot() && !pool.is_for_its_hardware)
        .collect();
    let is_closed = |pool: &&&NodePool| !pool.taints.iter().all(Taint::is_soft);
    let closed: Vec<&NodePool> = spot.iter().filter(is_closed).copied().collect();
    let asked = if closed.is_empty() { spot } else { closed };
    let Some((first, others)) = asked.split_first() else {
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
