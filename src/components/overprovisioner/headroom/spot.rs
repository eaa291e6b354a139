//! Placeholders on Spot: how many, and in which order they scale up pools.

use super::default::is_left_to_us;
use super::demand::Demand;
use super::overflow::{Overflow, Steps};
use crate::components::overprovisioner::kept::base_replicas;
use crate::components::overprovisioner::pools::{chosen, spot_pools};
use crate::components::overprovisioner::priority_class::priority_class;
use crate::components::overprovisioner::{Placeholder, Target};
use crate::config::{PlaceholderSpread, PriorityClassRef, Spec};
use crate::defaults;
use crate::kubernetes::Toleration;
use crate::model::capacity;
use crate::plan::Amount;
use crate::plan::{NodePool, Workload};

/// One placeholder per Spot node that is needed, each as large as the largest pod: each Pending one triggers the
/// scale-up of a node, and the rest of that node is capacity for pods to return to.
///
/// A placeholder takes the same from a small node as from a large one, so small nodes leave less capacity. The
/// autoscaler may add either size, and a fixed number that is enough on the smallest nodes would keep too many of the
/// largest. So the number for the largest nodes is kept, and `overflow` adds the rest while pods are left on on-demand.
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
    // The case in which nothing adds a node for further pods.
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
        requests: demand.size(),
        priority_class: priority_class(shared, true),
        spread: PlaceholderSpread::OnePerNode,
        tolerations: Toleration::for_taints(chosen(&target, pools).flat_map(|pool| &pool.taints)),
        scaling,
        target,
    })
}

/// Why so many are kept, as a sentence after another; `None` if these are not as `placeholder` makes them.
pub(super) fn why_so_many(
    pools: &[NodePool],
    demand: &Demand,
    placeholder: &Placeholder,
) -> Option<&'static str> {
    let spot = usable(pools, demand);
    let is_ours = placeholder.target == Target::Spot
        && placeholder.spread == PlaceholderSpread::OnePerNode
        && placeholder.requests == demand.size();
    if spot.is_empty() || !is_ours {
        return None;
    }
    let (wanted, order) = match placeholder.scaling {
        Some(_) => (Wanted::usual(demand), false),
        None => (Wanted::most(demand), true),
    };
    let count = |wanted: &Wanted| {
        if order {
            wanted.on_smallest(&spot)
        } else {
            wanted.on_largest(&spot)
        }
    };
    let made = count(&wanted);
    let are_known = spot.iter().all(|pool| capacity::of_node(pool).is_some());
    let is_limited = made >= nodes_of(&spot) || made >= wanted.pods;
    let has_spare = wanted.has_spare;
    let alone = count(&Wanted {
        is_replicated: false,
        has_spare: false,
        ..wanted
    });
    if base_replicas(placeholder) != Some(made) {
        None
    } else if made == defaults::LEAST_SPOT_NODES && alone < made {
        Some(" On a single node all replicas would be lost at once.")
    } else if !are_known || is_limited {
        None
    } else if has_spare {
        Some(" They hold all pods that prefer Spot, even while one node is lost.")
    } else {
        Some(" They hold all pods that prefer Spot.")
    }
}

/// The Spot pools whose nodes can run a placeholder.
fn usable<'p>(pools: &'p [NodePool], demand: &Demand) -> Vec<&'p NodePool> {
    let holds_one =
        |pool: &&NodePool| capacity::of_node(pool).is_none_or(|room| demand.largest.fits(room));
    with_nodes(pools).filter(holds_one).collect()
}

/// Whether there are Spot nodes but a placeholder fits on none of them.
pub(super) fn are_too_small(pools: &[NodePool], demand: &Demand) -> bool {
    with_nodes(pools).next().is_some() && usable(pools, demand).is_empty()
}

/// The Spot pools that can have nodes.
fn with_nodes(pools: &[NodePool]) -> impl Iterator<Item = &NodePool> {
    spot_pools(pools).filter(|pool| pool.nodes.is_none_or(|range| range.max > 0))
}

/// The number of placeholders if some are added temporarily.
fn at_most(demand: &Demand, spot: &[&NodePool]) -> i64 {
    if !demand.varies {
        // It does not need to survive a loss.
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

/// The maximum number of nodes of the pools.
fn nodes_of(pools: &[&NodePool]) -> i64 {
    let ranges = pools.iter().map(|pool| Some(pool.nodes?.max));
    ranges.sum::<Option<i64>>().unwrap_or(i64::MAX)
}

/// The order in which the autoscaler should scale up Spot pools; among pools of the same tier it chooses any.
///
/// Without an order, it may choose the size that costs the most. Pools of the same size need no order, and with
/// declared placeholders no count depends on it. The order is only a preference: the autoscaler skips a pool without
/// capacity, and after an outage the pool that was asked first may come first.
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
    // Pools that cannot run placeholders (small ones and Windows pools) come last, but before on-demand.
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

/// The Spot nodes, each with a placeholder, that hold the pods which prefer Spot.
struct Wanted {
    all: Amount,
    pods: i64,
    /// The capacity that a placeholder takes on each node.
    placeholder: Amount,
    /// The unused capacity on a node on which no further pod fits: less than an average pod.
    average: Amount,
    /// Whether any workload has more than one replica, which must not all be lost at once.
    is_replicated: bool,
    /// Whether the pods of one node must fit on the others.
    has_spare: bool,
}

impl Wanted {
    /// For the usual number of replicas.
    fn usual(demand: &Demand) -> Self {
        Self::new(demand.usual, demand.usual_pods, demand)
    }

    /// For the maximum number of replicas of autoscalers.
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

    /// Without spare capacity for the pods of a lost node.
    fn without_spare(self) -> Self {
        Self {
            has_spare: false,
            ..self
        }
    }

    /// The size of a pool's nodes: how many pods a node holds next to a placeholder, in thousandths, by CPU or by
    /// memory, whichever is used up first. The size is relative to these pods: for pods that need much memory, a node
    /// with more memory is larger.
    fn size(&self, pool: &NodePool) -> Option<i64> {
        let free = capacity::of_node(pool)?.minus(self.placeholder);
        self.average.thousandths_in(free)
    }

    /// Pools by the size of their nodes, unknown sizes first, then the smallest. Among equal sizes the one with less of
    /// the unused resource comes first, so that the order in which pools are listed does not matter.
    fn smallest_first<'p>(&self, pools: &[&'p NodePool]) -> Vec<&'p NodePool> {
        let mut pools = pools.to_vec();
        pools.sort_by_key(|pool| {
            let room = capacity::of_node(pool);
            (self.size(pool), room.map(|room| (room.cpu, room.memory)))
        });
        pools
    }

    /// How many nodes are needed if the autoscaler adds the smallest first.
    fn on_smallest(&self, pools: &[&NodePool]) -> i64 {
        self.nodes(&self.smallest_first(pools))
    }

    /// How many nodes are needed if it adds the largest first.
    fn on_largest(&self, pools: &[&NodePool]) -> i64 {
        let mut largest_first = self.smallest_first(pools);
        largest_first.reverse();
        self.nodes(&largest_first)
    }

    /// Pools by the size of their nodes, the smallest first, since few nodes are kept and more are added one by one.
    /// Pools that suit the pods badly, and would need far more CPU for them than others, come last. `None` if a size is
    /// unknown.
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

    /// How many nodes are needed if they come from these pools in this order, each up to its maximum. At least one: a
    /// Pending placeholder triggers the first node.
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
        // At most one node per pod, whatever is known of the nodes.
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

    /// Whether all pods return, and stay on Spot when the largest node is lost.
    fn is_held_by(&self, held: &Held) -> bool {
        let last = Amount {
            cpu: self.all.cpu - self.average.cpu,
            memory: self.all.memory - self.average.memory,
        };
        let rest = held.all.minus(held.largest);
        held.is_unknown || (last.fits(held.usable) && (!self.has_spare || self.all.fits(rest)))
    }
}

/// The free capacity of nodes next to their placeholders.
#[derive(Default)]
struct Held {
    nodes: i64,
    all: Amount,
    usable: Amount,
    largest: Amount,
    /// Nothing is known of the nodes, so the count is a minimum.
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
