//! Which pools a hard topology spread counts, and which of them its pods can be on.
//!
//! Nodes count that the node selector and the node affinity of the pods allow, unless `nodeAffinityPolicy: Ignore` counts the
//! others too. Taints matter only with `nodeTaintsPolicy: Honor`. A domain that only nodes have which the pods cannot be on
//! stays empty: no other domain may then have more pods than `maxSkew`.
//!
//! Source: kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/common.go, `matchNodeInclusionPolicies`
//! and `nodeLabelsMatchSpreadConstraints`; filtering.go, `calPreFilterState` and `Filter`.

use super::WorkloadView;
use super::domains::Domains;
use super::hard_spread::HardSpread;
use super::node_labels;
use crate::config::{Spot, SpreadMethod};
use crate::kubernetes::{TopologyKey, stable};
use crate::plan::{NodePool, Plan};

/// Where a closed pool does not say how many nodes it can have: more than anybody asks for.
const MANY: i64 = 1_000_000;

/// The pools that a topology spread counts.
#[derive(Debug, Default)]
pub(crate) struct SpreadPools<'p> {
    /// Those that the pods can be on.
    pub open: Vec<&'p NodePool>,
    /// Those whose taints keep the pods off.
    pub tainted: Vec<&'p NodePool>,
    /// Those that the node selector or the node affinity of the pods excludes.
    pub excluded: Vec<&'p NodePool>,
}

impl<'p> SpreadPools<'p> {
    pub(crate) fn of(
        plan: &'p Plan,
        pods: WorkloadView<'_>,
        spreads: &[HardSpread<'_>],
        spread: HardSpread<'_>,
    ) -> Self {
        let mut sorted = Self::default();
        for pool in &plan.node_pools {
            if !has_keys(plan, spreads, pool) {
                continue;
            }
            let is_selected = is_selected(plan, pods, pool);
            let can_exist = pool.nodes.is_none_or(|nodes| nodes.max > 0);
            let is_tolerated = pods.tolerates_all(plan, pool);
            let is_counted = can_exist && (is_tolerated || !spread.honors_taints);
            match is_selected {
                Some(true) | None if is_tolerated => sorted.open.push(pool),
                Some(false) if is_counted && !spread.honors_affinity => sorted.excluded.push(pool),
                Some(true) if is_counted => sorted.tainted.push(pool),
                // It does not count, or is not known to.
                Some(_) | None => {}
            }
        }
        sorted
    }

    /// The domains that the pods can get to.
    pub(crate) fn open(&self, plan: &'p Plan, key: &TopologyKey) -> Option<Domains<'p>> {
        Domains::of(plan, key, self.open.iter().copied())
    }

    /// How many domains the pods cannot get to, for all that is known.
    pub(crate) fn closed(&self, plan: &'p Plan, key: &TopologyKey) -> i64 {
        self.closed_of(plan, key, || self.tainted.iter().chain(&self.excluded))
    }

    /// The pools for whose sake there are such domains: the tainted ones, and the excluded ones.
    pub(crate) fn closing(
        &self,
        plan: &'p Plan,
        key: &TopologyKey,
    ) -> (Vec<&'p NodePool>, Vec<&'p NodePool>) {
        let closing = |pools: &[&'p NodePool]| -> Vec<&'p NodePool> {
            let pools = pools.iter().copied();
            pools
                .filter(|pool| self.closed_of(plan, key, || std::iter::once(pool)) > 0)
                .collect()
        };
        (closing(&self.tainted), closing(&self.excluded))
    }

    fn closed_of<'a, P: Iterator<Item = &'a &'p NodePool>>(
        &self,
        plan: &'p Plan,
        key: &TopologyKey,
        pools: impl Fn() -> P,
    ) -> i64
    where
        'p: 'a,
    {
        if pools().next().is_none() {
            return 0;
        }
        let closed = Domains::of(plan, key, pools().copied());
        match (&self.open(plan, key), closed) {
            (_, None) if stable(key.as_str()) == TopologyKey::Hostname.as_str() => MANY,
            (_, Some(Domains::Nodes(count))) => count,
            // A pool that does not say in which zones it is may be in all of them.
            (
                Some(Domains::Zones {
                    names: open,
                    are_all: true,
                }),
                Some(Domains::Zones { names, .. }),
            )
            | (Some(Domains::Values { names: open, .. }), Some(Domains::Values { names, .. })) => {
                i64::try_from(names.difference(open).count()).unwrap_or(MANY)
            }
            _ => 0,
        }
    }
}

/// What keeps pods Pending: domains that count, that they cannot get to, and that so stay empty.
#[derive(Debug)]
pub(crate) struct EmptyDomains<'p> {
    /// How many pods can run.
    pub room: i64,
    /// The number of domains that they can get to.
    pub open: i64,
    /// The pools whose taints keep them off, and that have such a domain.
    pub tainted: Vec<&'p NodePool>,
    /// Those that their node selector or node affinity excludes.
    pub excluded: Vec<&'p NodePool>,
}

impl<'p> EmptyDomains<'p> {
    /// Of a topology spread that leaves too little room for so many pods; none where there is enough, where too little is
    /// known, or where `minDomains` asks for more domains than there are at all.
    pub(crate) fn of(
        plan: &'p Plan,
        pods: WorkloadView<'_>,
        spreads: &[HardSpread<'_>],
        spread: HardSpread<'_>,
        replicas: i64,
    ) -> Option<Self> {
        if spread.method != SpreadMethod::TopologySpread {
            return None;
        }
        let pools = SpreadPools::of(plan, pods, spreads, spread);
        let closed = pools.closed(plan, spread.key);
        let open = pools.open(plan, spread.key)?.count();
        let room = open.saturating_mul(spread.skew);
        let is_enough = spread.min_domains.is_none_or(|min| min <= open + closed);
        let (tainted, excluded) = pools.closing(plan, spread.key);
        (closed > 0 && open > 0 && room < replicas && is_enough).then_some(Self {
            room,
            open,
            tainted,
            excluded,
        })
    }
}

/// Whether the pods may be on a pool as far as its labels go; none where that cannot be told.
fn is_selected(plan: &Plan, pods: WorkloadView<'_>, pool: &NodePool) -> Option<bool> {
    let by_plan = match pods.spot() {
        Some(Spot::Never) => !pool.is_spot(),
        Some(Spot::Required) => pool.is_spot(),
        _ => true,
    };
    if !by_plan {
        return Some(false);
    }
    match pods.found {
        Some(found) => node_labels::allow_by_labels(plan, pool, found),
        None => Some(true),
    }
}

/// Whether nodes of a pool may have the keys of all topology spreads that must be kept.
fn has_keys(plan: &Plan, spreads: &[HardSpread<'_>], pool: &NodePool) -> bool {
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
