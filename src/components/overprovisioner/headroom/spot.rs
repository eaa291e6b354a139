//! Placeholders on Spot: how many, and which pool they are to bring nodes of first.

use super::default::is_left_to_us;
use super::demand::Demand;
use super::overflow::{Overflow, Steps};
use crate::components::overprovisioner::pools::{chosen, spot_pools};
use crate::components::overprovisioner::priority_class::priority_class;
use crate::components::overprovisioner::{Placeholder, Target};
use crate::config::{PlaceholderSpread, PriorityClassRef, Spec};
use crate::defaults;
use crate::kubernetes::{Resources, Toleration};
use crate::model::capacity;
use crate::plan::Amount;
use crate::plan::{NodePool, Workload};

/// As many as Spot nodes are wanted, each as large as the largest pod, one a node: each pending one is the signal that
/// brings a node, and the rest of that node is room to come back to.
///
/// A placeholder takes the same from a small node as from a large one, so that small nodes leave less to come back to. A
/// fixed number that does on the smallest nodes would keep too many of the largest, whichever of the two the autoscaler
/// brings: so many as do on the largest are kept, and `overflow` adds the rest while pods are left on on-demand.
pub(super) fn placeholder(
    prefix: &str,
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    beside: Amount,
    demand: &Demand,
) -> Option<Placeholder> {
    let spot = usable(pools, demand);
    if spot.is_empty() {
        return None;
    }
    let name = defaults::SPOT_PLACEHOLDER_NAME;
    let usual = Wanted::usual(demand);
    let fewest = usual.on_largest(&spot);
    let most = at_most(demand, &spot).min(nodes_of(&spot));
    // Where nothing adds a node for what comes beyond.
    let fixed = Wanted::most(demand).on_smallest(&spot);
    let fixed = i32::try_from(fixed).unwrap_or(i32::MAX);
    let overflow = Overflow::of(pools, beside).filter(|_| most > fewest);
    let scaling = overflow.map(|overflow| {
        let each = overflow.each(
            usual.average,
            spot.iter().filter_map(|pool| usual.size(pool)),
        );
        overflow.scaling(
            prefix,
            name,
            &Steps {
                base: fewest,
                each,
                most,
                unscaled: fixed,
            },
        )
    });
    let target = Target::Spot;
    Some(Placeholder {
        name: name.to_owned(),
        replicas: scaling.is_none().then_some(fixed),
        requests: Resources::of(demand.largest.cpu, demand.largest.memory),
        priority_class: priority_class(shared, true),
        spread: PlaceholderSpread::OnePerNode,
        tolerations: Toleration::for_taints(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling,
        target,
    })
}

/// The Spot pools that can have a node with a placeholder on it.
fn usable<'p>(pools: &'p [NodePool], demand: &Demand) -> Vec<&'p NodePool> {
    let holds_one =
        |pool: &&NodePool| capacity::of_node(pool).is_none_or(|room| demand.largest.fits(room));
    with_nodes(pools).filter(holds_one).collect()
}

/// Whether there are Spot nodes, and a placeholder fits on none of them.
pub(super) fn are_too_small(pools: &[NodePool], demand: &Demand) -> bool {
    with_nodes(pools).next().is_some() && usable(pools, demand).is_empty()
}

/// The Spot pools that can have a node.
fn with_nodes(pools: &[NodePool]) -> impl Iterator<Item = &NodePool> {
    spot_pools(pools).filter(|pool| pool.nodes.is_none_or(|range| range.max > 0))
}

/// As many placeholders as there may be where some are added for a while.
fn at_most(demand: &Demand, spot: &[&NodePool]) -> i64 {
    if !demand.varies {
        // It need not survive a loss.
        return Wanted::usual(demand).without_spare().on_smallest(spot);
    }
    let are_known = spot.iter().any(|pool| capacity::of_node(pool).is_some());
    let most = if are_known {
        Wanted::most(demand).on_smallest(spot)
    } else {
        demand.most_pods
    };
    most + (most * defaults::BEYOND_MOST_PERCENT + 99) / 100
}

/// All that pools can have.
fn nodes_of(pools: &[&NodePool]) -> i64 {
    let ranges = pools.iter().map(|pool| Some(pool.nodes?.max));
    ranges.sum::<Option<i64>>().unwrap_or(i64::MAX)
}

/// The order in which the autoscaler is to grow Spot pools, the first ones first; of several in one tier it takes any.
///
/// Left to choose between sizes, it may take the one that costs the most. Pools of one size need no order, and where the
/// placeholders are not ours there is no count to depend on it. It is a wish: a pool without capacity is passed by, and after
/// an outage the one that was asked first comes first.
pub(crate) fn growth<'p>(
    spec: &Spec,
    pools: &'p [NodePool],
    workloads: &[Workload],
) -> Vec<Vec<&'p NodePool>> {
    let all: Vec<&NodePool> = pools.iter().filter(|pool| pool.is_spot()).collect();
    if all.is_empty() {
        return Vec::new();
    }
    let demand = Demand::of(workloads, pools).ok();
    let tiers = demand.filter(|_| is_left_to_us(spec)).and_then(|demand| {
        let spot = usable(pools, &demand);
        Wanted::usual(&demand).tiers(&spot)
    });
    let Some(mut tiers) = tiers.filter(|tiers| tiers.len() > 1) else {
        return vec![all];
    };
    // Pools that placeholders cannot be on, small ones and those of Windows: last, and still before on-demand.
    let are_ours: Vec<&str> = tiers
        .iter()
        .flatten()
        .map(|pool| pool.name.as_str())
        .collect();
    let others = all
        .into_iter()
        .filter(|pool| !are_ours.contains(&pool.name.as_str()));
    let others: Vec<&NodePool> = others.collect();
    if let Some(last) = tiers.last_mut() {
        last.extend(others);
    }
    tiers
}

/// Spot nodes, each with a placeholder, that hold the pods which prefer Spot.
struct Wanted {
    all: Amount,
    pods: i64,
    /// What a placeholder takes from each node.
    placeholder: Amount,
    /// What is left over on a node when the next pod does not fit any more: less than a pod of average size.
    average: Amount,
    /// Whether a workload has more than one replica, which are not to be lost all at once.
    is_replicated: bool,
    /// Whether what is on one node is to have room on the others.
    has_spare: bool,
}

impl Wanted {
    /// The replicas that there usually are.
    fn usual(demand: &Demand) -> Self {
        Self::new(demand.usual, demand.usual_pods, demand)
    }

    /// The replicas that autoscalers make at most.
    fn most(demand: &Demand) -> Self {
        Self::new(demand.most, demand.most_pods, demand)
    }

    fn new(all: Amount, pods: i64, demand: &Demand) -> Self {
        let average = if pods > 0 {
            Amount {
                cpu: all.cpu / pods,
                memory: all.memory / pods,
            }
        } else {
            demand.largest
        };
        Self {
            all,
            pods,
            placeholder: demand.largest,
            average,
            is_replicated: demand.is_replicated,
            has_spare: demand.is_replicated,
        }
    }

    /// Without room for what is on a node that is lost.
    fn without_spare(self) -> Self {
        Self {
            has_spare: false,
            ..self
        }
    }

    /// The size of a pool's nodes: how many of the pods one holds beside a placeholder, in thousandths, by CPU or by memory,
    /// whichever is used up first. So nodes are as large as they are to these pods: to pods that want memory, one with more
    /// of it is larger.
    fn size(&self, pool: &NodePool) -> Option<i64> {
        let free = capacity::of_node(pool)?.minus(self.placeholder);
        self.average.thousandths_in(free)
    }

    /// Pools from the smallest nodes on, and those first of which nothing is known. Of one size those that have less of what
    /// is not used up, so that the order in which pools are listed changes nothing.
    fn smallest_first<'p>(&self, pools: &[&'p NodePool]) -> Vec<&'p NodePool> {
        let mut pools = pools.to_vec();
        pools.sort_by_key(|pool| {
            let room = capacity::of_node(pool);
            (self.size(pool), room.map(|room| (room.cpu, room.memory)))
        });
        pools
    }

    /// How many nodes where the autoscaler brings the smallest ones first.
    fn on_smallest(&self, pools: &[&NodePool]) -> i64 {
        self.nodes(&self.smallest_first(pools))
    }

    /// How many where it brings the largest ones first.
    fn on_largest(&self, pools: &[&NodePool]) -> i64 {
        let mut largest_first = self.smallest_first(pools);
        largest_first.reverse();
        self.nodes(&largest_first)
    }

    /// Pools by the size of their nodes, the smallest first, for few nodes are kept and more are added one by one; last those
    /// that suit the pods badly, and would take far more CPU for them than others. None where a size is not known.
    fn tiers<'p>(&self, pools: &[&'p NodePool]) -> Option<Vec<Vec<&'p NodePool>>> {
        let sized = pools.iter().map(|pool| {
            let room = capacity::of_node(pool)?;
            let cpu_of_a_pod =
                room.cpu.saturating_mul(1_000_000) / self.average.thousandths_in(room)?.max(1);
            Some((*pool, self.size(pool)?, cpu_of_a_pod))
        });
        let sized: Vec<_> = sized.collect::<Option<_>>()?;
        let least = sized.iter().map(|(.., cpu)| *cpu).min()?;
        let mut ranked: Vec<_> = sized
            .into_iter()
            .map(|(pool, size, cpu)| ((cpu > least * defaults::MOST_CPU_PERCENT / 100, size), pool))
            .collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let tiers = ranked.chunk_by(|(one, _), (other, _)| one == other);
        Some(
            tiers
                .map(|tier| tier.iter().map(|(_, pool)| *pool).collect())
                .collect(),
        )
    }

    /// How many nodes, if they come from these pools in this order, each pool up to its maximum. One at least: a pending
    /// placeholder is what brings the first node.
    fn nodes(&self, order: &[&NodePool]) -> i64 {
        let smallest = self
            .smallest_first(order)
            .into_iter()
            .find_map(capacity::of_node);
        let least = if self.is_replicated {
            defaults::LEAST_SPOT_NODES
        } else {
            1
        };
        // No more than a node for each pod, whatever is known of the nodes.
        let most = self.pods.max(least);
        let mut held = Held::default();
        for pool in order {
            let range = pool.nodes.map_or(i64::MAX, |range| range.max);
            let free = capacity::of_node(pool)
                .or(smallest)
                .map(|room| room.minus(self.placeholder));
            let mut count = 0;
            while count < range
                && held.nodes < most
                && (held.nodes < least || !self.is_held_by(&held))
            {
                count += 1;
                held.add(free, self.average);
            }
        }
        held.nodes.max(1)
    }

    /// Whether everything comes back, and is still on Spot when the largest of the nodes is lost.
    fn is_held_by(&self, held: &Held) -> bool {
        let last = Amount {
            cpu: self.all.cpu - self.average.cpu,
            memory: self.all.memory - self.average.memory,
        };
        let rest = held.all.minus(held.largest);
        held.is_unknown || (last.fits(held.usable) && (!self.has_spare || self.all.fits(rest)))
    }
}

/// What nodes leave free beside their placeholders.
#[derive(Default)]
struct Held {
    nodes: i64,
    all: Amount,
    usable: Amount,
    largest: Amount,
    /// Nothing is known of the nodes: the count is the least.
    is_unknown: bool,
}

impl Held {
    fn add(&mut self, free: Option<Amount>, average: Amount) {
        self.nodes += 1;
        let Some(free) = free else {
            self.is_unknown = true;
            return;
        };
        let free = free.max(Amount::default());
        self.all = self.all.plus(free);
        self.usable = self.usable.plus(free.minus(average).max(Amount::default()));
        self.largest = self.largest.max(free);
    }
}
