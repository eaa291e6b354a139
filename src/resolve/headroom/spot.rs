//! Placeholders on Spot: how many, and which pool they are to bring nodes of first.

use std::cmp::Reverse;

use super::super::overprovisioner::{chosen, priority_class, spot_pools};
use super::super::resources::amounts;
use super::super::tolerations;
use super::demand::Demand;
use super::is_left_to_us;
use super::overflow::Overflow;
use crate::config::{PlaceholderSpread, PriorityClassRef, Spec};
use crate::defaults;
use crate::numbers::room::{self, Amount};
use crate::plan::{NodePool, Placeholder, Target, Workload};

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
    let fewest = Wanted::usual(demand).nodes(&largest_first(&spot));
    // What is added is there for a while only, and need not survive a loss.
    let most = Wanted::usual(demand)
        .without_spare()
        .nodes(&smallest_first(&spot));
    let overflow = Overflow::of(pools, beside).filter(|_| demand.varies || most > fewest);
    let scaling = overflow.map(|overflow| {
        let most = if demand.varies { i64::MAX } else { most };
        overflow.scaling(prefix, name, (fewest, most), &spot)
    });
    let replicas = match scaling {
        Some(_) => None,
        // Nothing adds a node for what comes beyond.
        None => Some(Wanted::most(demand).nodes(&smallest_first(&spot))),
    };
    let target = Target::Spot;
    Some(Placeholder {
        name: name.to_owned(),
        replicas: replicas.map(|count| i32::try_from(count).unwrap_or(i32::MAX)),
        requests: amounts(demand.largest.cpu, demand.largest.memory),
        priority_class: priority_class(shared, true),
        spread: PlaceholderSpread::OnePerNode,
        tolerations: tolerations(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling,
        target,
    })
}

/// The Spot pools that can have a node with a placeholder on it.
fn usable<'p>(pools: &'p [NodePool], demand: &Demand) -> Vec<&'p NodePool> {
    let holds_one = |pool: &&NodePool| {
        pool.nodes.is_none_or(|range| range.max > 0)
            && room::of_node(pool).is_none_or(|room| demand.largest.fits(room))
    };
    spot_pools(pools).filter(holds_one).collect()
}

fn size(pool: &NodePool) -> Option<i64> {
    room::of_node(pool).map(|room| room.cpu)
}

fn smallest_first<'p>(pools: &[&'p NodePool]) -> Vec<&'p NodePool> {
    let mut pools = pools.to_vec();
    pools.sort_by_key(|pool| size(pool));
    pools
}

fn largest_first<'p>(pools: &[&'p NodePool]) -> Vec<&'p NodePool> {
    let mut pools = pools.to_vec();
    pools.sort_by_key(|pool| Reverse(size(pool)));
    pools
}

/// The order in which the autoscaler is to grow Spot pools, the first ones first; of several in one tier it takes any.
///
/// Left to choose between sizes, it may take the one that costs the most. Of the orders, the one is taken whose nodes have
/// the least CPU. Pools of one size need no order, and where the placeholders are not ours there is no count to depend on
/// it. It is a wish: a pool without capacity is passed by, and after an outage the one that was asked first comes first.
pub(in crate::resolve) fn growth<'p>(
    spec: &Spec,
    pools: &'p [NodePool],
    workloads: &[Workload],
) -> Vec<Vec<&'p NodePool>> {
    let all: Vec<&NodePool> = pools.iter().filter(|pool| pool.is_spot()).collect();
    let demand = Demand::of(workloads, pools).filter(|_| is_left_to_us(spec));
    let spot = demand
        .as_ref()
        .map_or_else(Vec::new, |demand| usable(pools, demand));
    let known: Option<Vec<i64>> = spot.iter().map(|pool| size(pool)).collect();
    let mut sizes = known.unwrap_or_default();
    sizes.sort_unstable();
    sizes.dedup();
    let Some(demand) = demand.filter(|_| sizes.len() > 1) else {
        return Some(all)
            .filter(|all| !all.is_empty())
            .into_iter()
            .collect();
    };
    let count = Wanted::usual(&demand)
        .without_spare()
        .nodes(&smallest_first(&spot));
    // One size first, and the others from the smallest on.
    let orders = sizes.iter().map(|first| {
        let rest = sizes.iter().filter(|size| *size != first);
        std::iter::once(*first)
            .chain(rest.copied())
            .collect::<Vec<i64>>()
    });
    let of_size = |wanted: i64| {
        spot.iter()
            .copied()
            .filter(move |pool| size(pool) == Some(wanted))
    };
    let cost = |order: &Vec<i64>| {
        let mut left = count;
        let pools = order.iter().flat_map(|size| of_size(*size));
        let cpu = pools.map(|pool| {
            let taken = left.min(pool.nodes.map_or(i64::MAX, |range| range.max));
            left -= taken;
            taken * size(pool).unwrap_or(0)
        });
        cpu.sum::<i64>()
    };
    let order = orders
        .min_by_key(cost)
        .expect("there are two sizes at least");
    let mut tiers: Vec<Vec<&NodePool>> =
        order.iter().map(|size| of_size(*size).collect()).collect();
    // Pools that placeholders cannot be on, small ones and those of Windows: last, and still before on-demand.
    let is_ours = |pool: &NodePool| spot.iter().any(|own| own.name == pool.name);
    if let Some(last) = tiers.last_mut() {
        last.extend(all.into_iter().filter(|pool| !is_ours(pool)));
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
        Self {
            all,
            pods,
            placeholder: demand.largest,
            average: Amount {
                cpu: all.cpu / pods.max(1),
                memory: all.memory / pods.max(1),
            },
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

    /// How many nodes, if they come from these pools in this order, each pool up to its maximum. One at least: a pending
    /// placeholder is what brings the first node.
    fn nodes(&self, order: &[&NodePool]) -> i64 {
        let known = order.iter().filter_map(|pool| room::of_node(pool));
        let smallest = known.min_by_key(|room| room.cpu);
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
            let free = room::of_node(pool)
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
