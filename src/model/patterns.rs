//! What the patterns of the priority expander are good for.

use crate::config::Mode;
use crate::plan::{MatchedBy, NodePool, Plan};

/// The patterns that match no pool.
pub(crate) fn idle(plan: &Plan) -> impl Iterator<Item = (MatchedBy, &str)> {
    let tiers = plan.autoscaler.priorities.iter();
    let patterns = tiers.flat_map(|tier| {
        let patterns = tier.patterns.iter().enumerate();
        patterns.map(|(pattern, text)| {
            let at = MatchedBy {
                priority: tier.priority,
                pattern,
            };
            (at, text.as_str())
        })
    });
    patterns.filter(|(at, _)| {
        let mut pools = plan.node_pools.iter();
        pools.all(|pool| !pool.matched_by.contains(at))
    })
}

/// The pools that no pattern matches, with their numbers. Pods of a System pool run on no other pool, so no pattern has to
/// match it.
pub(crate) fn missed(plan: &Plan) -> impl Iterator<Item = (usize, &NodePool)> {
    let pools = plan.node_pools.iter().enumerate();
    pools.filter(|(_, pool)| pool.matched_by.is_empty() && pool.mode != Mode::System)
}

/// A Spot pool that has its tier by a pattern that an on-demand pool has its tier by, too.
pub(crate) struct Mixed<'a> {
    /// The number of the Spot pool.
    pub(crate) at: usize,
    pub(crate) spot: &'a NodePool,
    pub(crate) on_demand: &'a NodePool,
    pub(crate) by: MatchedBy,
}

impl Mixed<'_> {
    /// Whether a pattern of a higher tier could have kept them apart.
    pub(crate) fn is_below(&self, idle: MatchedBy) -> bool {
        idle.priority > self.by.priority
    }
}

pub(crate) fn mixed(plan: &Plan) -> impl Iterator<Item = Mixed<'_>> {
    let pools = || plan.node_pools.iter();
    let spot = pools().enumerate().filter(|(_, pool)| pool.is_spot());
    spot.filter_map(move |(at, spot)| {
        let by = *spot.matched_by.first()?;
        let mut others = pools()
            .filter(|pool| !pool.is_spot() && plan.lets_workloads_onto(pool))
            .filter(|pool| pool.matched_by.first() == Some(&by));
        let on_demand = others.next()?;
        Some(Mixed {
            at,
            spot,
            on_demand,
            by,
        })
    })
}
