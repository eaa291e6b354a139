//! Placeholders on Spot: how many, and which pool they are to bring nodes of first.

use std::cmp::Reverse;

use super::super::overprovisioner::{chosen, priority_class, spot_pools};
use super::super::resources::amounts;
use super::super::tolerations;
use super::demand::Demand;
use super::{is_left_to_us, overflow};
use crate::config::{PlaceholderSpread, PriorityClassRef, Spec};
use crate::defaults;
use crate::numbers::room::{self, Amount};
use crate::plan::{NodePool, Placeholder, Target, Workload};

/// As many as Spot nodes are wanted, each as large as the largest pod, one a node: each pending one is the signal that
/// brings a node, and the rest of that node is room to come back to.
pub(super) fn placeholder(
    prefix: &str,
    shared: Option<&PriorityClassRef>,
    pools: &[NodePool],
    demand: &Demand,
) -> Option<Placeholder> {
    let mut spot: Vec<&NodePool> = spot_pools(pools).collect();
    if spot.is_empty() {
        return None;
    }
    let name = defaults::SPOT_PLACEHOLDER_NAME;
    let overflow = overflow::Overflow::of(pools, demand);
    // Of pools that the autoscaler chooses between freely, it may choose the smallest.
    spot.sort_by_key(|pool| (Reverse(pool.tier()), room::of_node(pool).map(|room| room.cpu)));
    let wanted = match overflow {
        Some(_) => Wanted::new(demand.usual, demand.usual_pods, demand),
        // Nothing adds a node for what comes beyond.
        None => Wanted::new(demand.most, demand.most_pods, demand),
    };
    let count = wanted.nodes(&spot);
    let target = Target::Spot;
    let scaling = overflow.map(|overflow| overflow.scaling(prefix, name, count, &spot));
    Some(Placeholder {
        name: name.to_owned(),
        replicas: scaling
            .is_none()
            .then(|| i32::try_from(count).unwrap_or(i32::MAX)),
        requests: amounts(demand.largest.cpu, demand.largest.memory),
        priority_class: priority_class(shared, true),
        spread: PlaceholderSpread::OnePerNode,
        tolerations: tolerations(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling,
        target,
    })
}

/// The order in which the autoscaler is to grow Spot pools, the first ones first; of several in one tier it takes any.
///
/// A placeholder takes the same from a small node as from a large one, so that small nodes leave less to come back to, and
/// large ones can be too large for the work. Without an order the count must do for the worst choice, and the best one is
/// then paid for: of the orders, the one that needs the least CPU is taken. Pools of one size need no order, and where the
/// placeholders are not ours there is no count to depend on it.
pub(in crate::resolve) fn growth<'p>(
    spec: &Spec,
    pools: &'p [NodePool],
    workloads: &[Workload],
) -> Vec<Vec<&'p NodePool>> {
    let all = || pools.iter().filter(|pool| pool.is_spot());
    let one_tier = || Some(all().collect::<Vec<_>>()).filter(|tier| !tier.is_empty());
    let mut sizes: Vec<Option<i64>> = spot_pools(pools)
        .map(|pool| room::of_node(pool).map(|room| room.cpu))
        .collect();
    sizes.sort_unstable();
    sizes.dedup();
    let demand = Demand::of(workloads, pools).filter(|_| is_left_to_us(spec));
    let (Some(demand), Some(sizes)) = (demand, sizes.into_iter().collect::<Option<Vec<i64>>>())
    else {
        return one_tier().into_iter().collect();
    };
    if sizes.len() < 2 {
        return one_tier().into_iter().collect();
    }
    let wanted = Wanted::new(demand.usual, demand.usual_pods, &demand);
    // One size first, and the others from the smallest on.
    let orders = sizes.iter().map(|first| {
        let rest = sizes.iter().filter(|size| *size != first);
        let order: Vec<i64> = std::iter::once(first).chain(rest).copied().collect();
        let rank = |pool: &NodePool| {
            let size = room::of_node(pool).map(|room| room.cpu);
            order.iter().position(|other| Some(*other) == size)
        };
        let mut sorted: Vec<&NodePool> = spot_pools(pools).collect();
        sorted.sort_by_key(|pool| rank(pool));
        let cost = wanted.cpu(&sorted);
        (cost, order)
    });
    let (_, order) = orders
        .min_by_key(|(cost, _)| *cost)
        .expect("there are two sizes at least");
    let mut tiers: Vec<Vec<&NodePool>> = order
        .iter()
        .map(|size| {
            let is_of_size =
                |pool: &&NodePool| room::of_node(pool).map(|room| room.cpu) == Some(*size);
            spot_pools(pools).filter(is_of_size).collect()
        })
        .collect();
    // Pools that placeholders cannot be on, of Windows: last, and still before on-demand.
    let ours: Vec<&str> = spot_pools(pools).map(|pool| pool.name.as_str()).collect();
    let others = all().filter(|pool| !ours.contains(&pool.name.as_str()));
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
    least: i64,
    survives_a_loss: bool,
}

impl Wanted {
    fn new(all: Amount, pods: i64, demand: &Demand) -> Self {
        Self {
            all,
            pods,
            placeholder: demand.largest,
            average: Amount {
                cpu: all.cpu / pods.max(1),
                memory: all.memory / pods.max(1),
            },
            least: if demand.is_replicated {
                defaults::LEAST_SPOT_NODES
            } else {
                1
            },
            survives_a_loss: demand.is_replicated,
        }
    }

    /// How many nodes, if they come from these pools in this order, each pool up to its maximum.
    fn nodes(&self, order: &[&NodePool]) -> i64 {
        self.taken(order).map(|(_, count)| count).sum()
    }

    /// The CPU of those nodes.
    fn cpu(&self, order: &[&NodePool]) -> i64 {
        self.taken(order)
            .map(|(pool, count)| room::of_node(pool).map_or(0, |room| room.times(count).cpu))
            .sum()
    }

    /// How many of each pool. One at least: a pending placeholder is what brings the first node.
    fn taken<'p>(&self, order: &[&'p NodePool]) -> impl Iterator<Item = (&'p NodePool, i64)> {
        let known = order.iter().filter_map(|pool| room::of_node(pool));
        let smallest = known.min_by_key(|room| room.cpu);
        // No more than a node for each pod, whatever is known of the nodes.
        let most = self.pods.max(self.least);
        let mut held = Held::default();
        let mut taken = Vec::new();
        for pool in order {
            let range = pool.nodes.map_or(i64::MAX, |range| range.max);
            let free = room::of_node(pool)
                .or(smallest)
                .map(|room| room.minus(self.placeholder));
            let mut count = 0;
            while count < range && held.nodes < most && !self.is_held_by(&held) {
                count += 1;
                held.add(free, self.average);
            }
            taken.push((*pool, count));
        }
        if held.nodes == 0
            && let Some((_, count)) = taken.first_mut()
        {
            *count = 1;
        }
        taken.into_iter()
    }

    /// Whether everything comes back, and is still on Spot when the largest of the nodes is lost.
    fn is_held_by(&self, held: &Held) -> bool {
        let last = Amount {
            cpu: self.all.cpu - self.average.cpu,
            memory: self.all.memory - self.average.memory,
        };
        let rest = held.all.minus(held.largest);
        held.nodes >= self.least
            && (held.is_unknown
                || (last.fits(held.usable) && (!self.survives_a_loss || self.all.fits(rest))))
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
