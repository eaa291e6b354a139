//! How many pods a spread that must be kept lets onto Spot.
//!
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/filtering.go, `Filter` (a node without
//! the key takes no pod; a domain may have `maxSkew` more pods than the least used one) and `minMatchNum` (which counts as
//! 0 where there are fewer domains than `minDomains`), and common.go, `nodeLabelsMatchSpreadConstraints` (a node counts if it
//! has the keys of all such constraints); interpodaffinity/filtering.go, `satisfyPodAntiAffinity` (a node without the key is
//! never full).

use std::collections::BTreeSet;

use super::WorkloadView;
use super::domains::Domains;
use super::hard_spread::HardSpread;
use super::spread_pools::{SpreadPools, may_have};
use crate::config::SpreadMethod;
use crate::kubernetes::TopologyKey;
use crate::plan::{NodePool, Plan};

/// What a spread leaves for pods, where it leaves too little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SpreadRoom {
    /// How many pods it lets onto Spot.
    pub on_spot: i64,
    /// How many pods it lets onto nodes at all; none where it sets no limit.
    pub at_all: Option<i64>,
    /// The number of domains on Spot.
    pub domains: i64,
    /// The number of domains that the pods cannot get to, and that count as empty.
    pub closed: i64,
    /// The number of domains in all, where `minDomains` asks for more.
    pub too_few: Option<i64>,
}

/// The room for so many pods; none if there is enough, or if too little is known.
pub(crate) fn on_spot(
    plan: &Plan,
    pods: WorkloadView<'_>,
    spreads: &[HardSpread<'_>],
    spread: HardSpread<'_>,
    replicas: i64,
) -> Option<SpreadRoom> {
    let pools = SpreadPools::of(plan, pods, spreads, spread);
    let side = |is_spot: bool| {
        let open = pools.open.iter().copied();
        Domains::of(
            plan,
            spread.key,
            open.filter(move |pool| pool.is_spot() == is_spot),
        )
    };
    let own = side(true)?;
    let count = own.count();
    if count == 0 {
        return None;
    }
    let closed = pools.closed(plan, spread.key);
    let (others, are_all) = match (&own, side(false)) {
        (Domains::Nodes(_), other) => {
            return nodes(spread, (count, closed), other.as_ref(), replicas);
        }
        (
            Domains::Zones { names, are_all } | Domains::Values { names, are_all },
            Some(
                Domains::Zones {
                    names: others,
                    are_all: too,
                }
                | Domains::Values {
                    names: others,
                    are_all: too,
                },
            ),
        ) => (others.difference(names).count(), *are_all && too),
        _ => return None,
    };
    let is_of_zones = *spread.key == TopologyKey::Zone;
    let others = i64::try_from(others).unwrap_or(i64::MAX);
    match spread.method {
        SpreadMethod::PodAntiAffinity => {
            let is_bound = is_of_zones || are_all_known(&own);
            is_bound.then_some(SpreadRoom {
                on_spot: count,
                at_all: None,
                domains: count,
                closed: 0,
                too_few: None,
            })
        }
        SpreadMethod::TopologySpread => {
            // A pool that does not say in which zones it is may have more of them.
            let total = count + others + closed;
            let is_whole = !is_of_zones || are_all;
            let too_few = spread.min_domains.filter(|min| *min > total && is_whole);
            let is_flat = too_few.is_some() || closed > 0;
            let room = if is_flat {
                count * spread.skew
            } else {
                most(count, others, spread.skew, replicas)
            };
            (room < replicas).then_some(SpreadRoom {
                on_spot: room,
                at_all: is_flat.then_some((count + others) * spread.skew),
                domains: count,
                closed,
                too_few: too_few.map(|_| total),
            })
        }
    }
}

/// What `minDomains` leaves for pods that do not choose between Spot and on-demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooFew {
    /// How many pods it lets onto nodes at all.
    pub room: i64,
    /// The number of domains that they can get to.
    pub open: i64,
    /// The number of domains in all.
    pub total: i64,
}

/// What `minDomains` leaves, where it asks for more domains than there are; none if there is enough, or if too little is
/// known.
pub(crate) fn at_all(
    plan: &Plan,
    pods: WorkloadView<'_>,
    spreads: &[HardSpread<'_>],
    spread: HardSpread<'_>,
    replicas: i64,
) -> Option<TooFew> {
    let min = spread.min_domains?;
    let pools = SpreadPools::of(plan, pods, spreads, spread);
    let domains = pools.open(plan, spread.key)?;
    let is_whole = match &domains {
        Domains::Zones { are_all, .. } => *are_all,
        Domains::Nodes(_) | Domains::Values { .. } => true,
    };
    let open = domains.count();
    let total = open + pools.closed(plan, spread.key);
    let room = open.saturating_mul(spread.skew);
    (is_whole && open > 0 && min > total && room < replicas).then_some(TooFew { room, open, total })
}

fn are_all_known(domains: &Domains<'_>) -> bool {
    match domains {
        Domains::Nodes(_) => true,
        Domains::Zones { are_all, .. } | Domains::Values { are_all, .. } => *are_all,
    }
}

/// Nodes of on-demand count as empty as long as there are more of them than pods on them: how many there are is not known,
/// and other workloads and the system have some.
fn nodes(
    spread: HardSpread<'_>,
    (count, closed): (i64, i64),
    others: Option<&Domains<'_>>,
    replicas: i64,
) -> Option<SpreadRoom> {
    let on_spot = count * spread.skew;
    let open = others.map(|others| count + others.count());
    let is_topology_spread = spread.method == SpreadMethod::TopologySpread;
    let closed = if is_topology_spread { closed } else { 0 };
    let total = open.map(|open| open + closed);
    let too_few = total.filter(|total| spread.min_domains.is_some_and(|min| min > *total));
    let is_flat = too_few.is_some() || closed > 0;
    (on_spot < replicas).then_some(SpreadRoom {
        on_spot,
        at_all: open.filter(|_| is_flat).map(|open| open * spread.skew),
        domains: count,
        closed,
        too_few,
    })
}

/// The most pods on Spot if so many others are in domains that Spot has not: each pod that these have lets the domains of
/// Spot have one more.
fn most(on_spot: i64, others: i64, skew: i64, replicas: i64) -> i64 {
    if others == 0 {
        return replicas;
    }
    let of_round = |round: i64| {
        let on_spot = on_spot.saturating_mul(round.saturating_add(skew));
        on_spot.min(replicas.saturating_sub(others.saturating_mul(round)))
    };
    // One side rises with the rounds and the other falls: the most is where they meet.
    let meeting =
        (replicas - on_spot.saturating_mul(skew)).max(0) / (on_spot.saturating_add(others));
    of_round(meeting).max(of_round(meeting + 1))
}

/// The pools that the pods may be on but for a spread over labels that these have not.
pub(crate) fn without_key<'p>(
    plan: &'p Plan,
    pods: WorkloadView<'_>,
    key: &TopologyKey,
) -> (Vec<&'p NodePool>, Vec<&'p NodePool>) {
    let pools = plan.node_pools.iter();
    let open = pools.filter(|pool| pods.may_be_on(plan, pool));
    open.partition(|pool| may_have(plan, key, pool))
}

/// The names of pools, for messages.
pub(crate) fn names(pools: &[&NodePool]) -> BTreeSet<String> {
    pools
        .iter()
        .map(|pool| format!("`{}`", pool.name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::most;

    #[test]
    fn domains_without_spot_let_those_of_spot_have_more() {
        for (on_spot, others, skew, replicas, expected) in [
            // 2 and 2 on Spot, and 2 in the third zone.
            (2, 1, 1, 6, 4),
            (2, 1, 1, 3, 2),
            (1, 2, 1, 6, 2),
            (2, 1, 3, 6, 6),
            (1, 2, 5, 12, 7),
            (2, 0, 1, 9, 9),
            (1, 1, 1, 2, 1),
            (1, 1, 1, 3, 2),
        ] {
            let found = most(on_spot, others, skew, replicas);
            assert_eq!(found, expected, "{on_spot} {others} {skew} {replicas}");
        }
    }
}
