//! The nodes that a pod which prefers Spot can choose from.

use indexmap::IndexMap;

use super::capacity;
use super::voter::Voter;
use super::votes::Votes;
use crate::config::Mode;
use crate::kubernetes::{Taint, Toleration};
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};
use crate::providers::Facts;
use crate::values::Version;

/// Nodes that a pool can have where it does not say.
const ASSUMED_NODES: i64 = 10;
/// Up to this share of a node the autoscaler takes it for a candidate, unless its profile says another.
/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `scale-down-utilization-threshold`.
const CANDIDATE_USE: f64 = 0.5;
const CANDIDATE_USE_KEY: &str = "scale-down-utilization-threshold";

/// The nodes of a pool.
#[derive(Debug)]
pub(super) struct Side<'p> {
    /// The soft taints that workloads are not made to tolerate.
    pub(super) avoided: Vec<&'p Taint>,
    /// What can be requested on a node, and how much of it its `DaemonSet`s leave.
    pub(super) size: Option<(Amount, Amount)>,
    /// Whether the autoscaler deletes nodes of it.
    pub(super) shrinks: bool,
}

impl<'p> Side<'p> {
    fn of(pool: &'p NodePool, tolerated: &[Toleration]) -> Self {
        let soft = pool.taints.iter().filter(|taint| taint.is_soft());
        let allocatable = pool.allocatable.as_ref().map(Amount::from);
        Self {
            avoided: soft
                .filter(|taint| !tolerated.contains(&Toleration::from(*taint)))
                .collect(),
            size: allocatable.zip(capacity::of_node(pool)),
            // A pool that does not say its range is taken as not scaled.
            shrinks: pool.nodes.is_some_and(|range| range.max > range.min),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.avoided == other.avoided && self.size == other.size && self.shrinks == other.shrinks
    }

    pub(super) fn untolerated(&self, voter: &Voter<'_>) -> i64 {
        let avoided = self.avoided.iter();
        let count = avoided.filter(|taint| !voter.tolerates(taint)).count();
        i64::try_from(count).unwrap_or(i64::MAX)
    }

    /// Whether a pod fits on an empty node, for all that is known.
    pub(super) fn holds(&self, voter: &Voter<'_>) -> bool {
        match (voter.requests, self.size) {
            (Some(requests), Some((_, room))) => requests.fits(room),
            _ => true,
        }
    }
}

/// The two kinds of nodes, as far as workloads can be on them.
#[derive(Debug)]
pub(crate) struct Sides<'p> {
    /// Those of pools that are alike stand here once.
    pub(super) spot: Vec<Side<'p>>,
    /// System pools only where there are no others: pods are not to be there, and another rule minds it.
    pub(super) on_demand: Vec<Side<'p>>,
    pub(super) nodes: i64,
    pub(super) zones: i64,
    pub(super) pools: i64,
    pub(super) pool_label: &'static str,
    /// The share of a node up to which it is a candidate for deletion.
    pub(super) candidate_use: f64,
    pub(super) version: Version,
    pub(super) votes: Votes,
}

impl<'p> Sides<'p> {
    /// None where workloads have no choice.
    pub(crate) fn of(plan: &'p Plan) -> Option<Self> {
        let pools = plan.node_pools.iter();
        let pools = pools.filter(|pool| plan.is_for_workloads(pool));
        Self::among(plan, pools, &plan.spot_tolerations)
    }

    /// Of the pools that a certain workload can be on, which is made to tolerate this.
    pub(crate) fn among(
        plan: &'p Plan,
        pools: impl Iterator<Item = &'p NodePool>,
        tolerated: &[Toleration],
    ) -> Option<Self> {
        Self::new(
            pools,
            tolerated,
            plan.provider,
            plan.cluster.kubernetes_version,
            &plan.autoscaler.profile,
        )
    }

    /// Of pools that workloads can be on, which are made to tolerate this.
    pub(crate) fn new(
        pools: impl Iterator<Item = &'p NodePool>,
        tolerated: &[Toleration],
        facts: &Facts,
        version: Version,
        profile: &IndexMap<String, String>,
    ) -> Option<Self> {
        let candidate_use = profile.get(CANDIDATE_USE_KEY);
        let mut sides = Self {
            spot: Vec::new(),
            on_demand: Vec::new(),
            nodes: 0,
            zones: 0,
            pools: 0,
            pool_label: facts.labels.pool,
            candidate_use: candidate_use
                .and_then(|share| share.parse().ok())
                .filter(|share| (0.0..=1.0).contains(share))
                .unwrap_or(CANDIDATE_USE),
            version,
            votes: Votes::default(),
        };
        let pools: Vec<&NodePool> = pools.collect();
        let is_theirs = |pool: &NodePool| pool.is_spot() || pool.mode == Mode::User;
        let has_theirs = pools.iter().any(|pool| !pool.is_spot() && is_theirs(pool));
        let mut zones: Vec<&str> = Vec::new();
        for pool in pools {
            sides.pools += 1;
            sides.nodes += pool.nodes.map_or(ASSUMED_NODES, |range| range.max);
            zones.extend(pool.zones.iter().map(String::as_str));
            if has_theirs && !is_theirs(pool) {
                continue;
            }
            let side = Side::of(pool, tolerated);
            let list = if pool.is_spot() {
                &mut sides.spot
            } else {
                &mut sides.on_demand
            };
            if !list.iter().any(|known| known.is_like(&side)) {
                list.push(side);
            }
        }
        zones.sort_unstable();
        zones.dedup();
        sides.zones = i64::try_from(zones.len()).unwrap_or(i64::MAX).max(1);
        (!sides.spot.is_empty() && !sides.on_demand.is_empty()).then_some(sides)
    }
}
