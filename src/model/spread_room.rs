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
use super::node_labels;
use crate::config::{Spot, SpreadMethod};
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
    let is_counted = |pool: &&NodePool| {
        // Nodes are counted over all pools, zones and others only over pools that admit workloads.
        let admits = *spread.key == TopologyKey::Hostname || plan.lets_workloads_onto(pool);
        admits && is_selected(plan, pods, pool) && has_keys(plan, spreads, pool)
    };
    let side = |is_spot: bool| {
        let pools = plan.node_pools.iter().filter(is_counted);
        Domains::of(
            plan,
            spread.key,
            pools.filter(move |pool| pool.is_spot() == is_spot),
        )
    };
    let own = side(true)?;
    let count = own.count();
    if count == 0 {
        return None;
    }
    let (others, are_all) = match (&own, side(false)) {
        (Domains::Nodes(_), other) => return nodes(spread, count, other.as_ref(), replicas),
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
                too_few: None,
            })
        }
        SpreadMethod::TopologySpread => {
            // A pool that does not say in which zones it is may have more of them.
            let total = count + others;
            let is_whole = !is_of_zones || are_all;
            let too_few = spread.min_domains.filter(|min| *min > total && is_whole);
            let room = if too_few.is_some() {
                count * spread.skew
            } else {
                most(count, others, spread.skew, replicas)
            };
            (room < replicas).then_some(SpreadRoom {
                on_spot: room,
                at_all: too_few.map(|_| total * spread.skew),
                domains: count,
                too_few: too_few.map(|_| total),
            })
        }
    }
}

/// How many pods `minDomains` lets onto nodes at all, and the number of domains, where it asks for more than there are. For
/// pods that do not choose between Spot and on-demand; none if there is enough, or if too little is known.
pub(crate) fn at_all(
    plan: &Plan,
    pods: WorkloadView<'_>,
    spreads: &[HardSpread<'_>],
    spread: HardSpread<'_>,
    replicas: i64,
) -> Option<(i64, i64)> {
    let min = spread.min_domains?;
    let is_counted = |pool: &&NodePool| {
        let by_plan = match pods.spot() {
            Some(Spot::Never) => !pool.is_spot(),
            Some(Spot::Required) => pool.is_spot(),
            _ => true,
        };
        by_plan && is_selected(plan, pods, pool) && has_keys(plan, spreads, pool)
    };
    let domains = Domains::of(plan, spread.key, plan.node_pools.iter().filter(is_counted))?;
    let is_whole = match &domains {
        Domains::Zones { are_all, .. } => *are_all,
        Domains::Nodes(_) | Domains::Values { .. } => true,
    };
    let total = domains.count();
    let room = total.saturating_mul(spread.skew);
    (is_whole && total > 0 && min > total && room < replicas).then_some((room, total))
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
    count: i64,
    others: Option<&Domains<'_>>,
    replicas: i64,
) -> Option<SpreadRoom> {
    let on_spot = count * spread.skew;
    let total = others.map(|others| count + others.count());
    let total = total.filter(|total| spread.min_domains.is_some_and(|min| min > *total));
    (on_spot < replicas).then_some(SpreadRoom {
        on_spot,
        at_all: total.map(|total| total * spread.skew),
        domains: count,
        too_few: total,
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

/// Whether the pods may be on a pool as far as its labels go: others are in no domain, unless the constraint says so.
fn is_selected(plan: &Plan, pods: WorkloadView<'_>, pool: &NodePool) -> bool {
    pods.found
        .is_none_or(|found| node_labels::allow_by_labels(plan, pool, found) != Some(false))
}

/// Whether nodes of a pool may have the keys of all topology spreads that must be kept.
pub(crate) fn has_keys(plan: &Plan, spreads: &[HardSpread<'_>], pool: &NodePool) -> bool {
    let mut keys = spreads
        .iter()
        .filter(|spread| spread.method == SpreadMethod::TopologySpread)
        .map(|spread| spread.key);
    keys.all(|key| may_have(plan, key, pool))
}

/// Whether nodes of a pool may have a label. Every node has a name.
pub(crate) fn may_have(plan: &Plan, key: &TopologyKey, pool: &NodePool) -> bool {
    match key {
        TopologyKey::Hostname | TopologyKey::Zone => true,
        TopologyKey::Other(label) => !matches!(node_labels::value(plan, pool, label), Ok(None)),
    }
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
