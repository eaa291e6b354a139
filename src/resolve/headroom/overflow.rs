//! More placeholders on Spot while more on-demand nodes run than there are in any case.
//!
//! What is left on on-demand does not come back by itself: no placeholder is pending once each has its node, and so nothing
//! asks for a further one. That happens where autoscalers add replicas, and where an outage has brought other nodes than
//! were counted on. The number of on-demand nodes tells of it. A proportional autoscaler counts them and adds placeholders
//! for those above the least. The feedback is negative: a placeholder brings a Spot node, pods move there, the on-demand
//! node goes, and the placeholder with it. At the least none is added.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/laddercontroller`: the value of the
//! last step that is reached. A line cannot say it, for it never gives less than one.

use super::super::overprovisioner::linux;
use crate::config::{Capacity, Ladder, Mode};
use crate::numbers::room::{self, Amount};
use crate::plan::{Control, NodePool, Scaling, Target};
use crate::values::Int;

/// On-demand nodes that can become more.
pub(super) struct Overflow<'p> {
    pools: Vec<&'p NodePool>,
    /// As many as there are in any case.
    least: i64,
    max: i64,
    /// What pods can request on the largest of them.
    node: Amount,
}

impl<'p> Overflow<'p> {
    /// None where the nodes are not known or never become more. `beside` is what lives on on-demand for good.
    pub(super) fn of(pools: &'p [NodePool], beside: Amount) -> Option<Self> {
        let mut overflow = Self {
            pools: Vec::new(),
            least: 0,
            max: 0,
            node: Amount::default(),
        };
        let user = linux(pools)
            .into_iter()
            .filter(|pool| pool.capacity == Capacity::OnDemand && pool.mode == Mode::User);
        for pool in user {
            let range = pool.nodes?;
            overflow.least += range.min;
            overflow.max += range.max;
            overflow.node = overflow.node.max(room::of_node(pool)?);
            overflow.pools.push(pool);
        }
        let needed =
            ratio(beside.cpu, overflow.node.cpu).max(ratio(beside.memory, overflow.node.memory));
        overflow.least = overflow.least.max(needed);
        (overflow.max > overflow.least).then_some(overflow)
    }

    /// `base` placeholders at the least, and for each node above it as many more as hold what is on it, up to `most`.
    pub(super) fn scaling(
        &self,
        prefix: &str,
        placeholder: &str,
        (base, most): (i64, i64),
        spot: &[&NodePool],
    ) -> Scaling {
        let smallest = |amount: fn(Amount) -> i64| {
            let known = spot.iter().filter_map(|pool| room::of_node(pool));
            known.map(amount).min().unwrap_or(0)
        };
        let each = ratio(self.node.cpu, smallest(|room| room.cpu))
            .max(ratio(self.node.memory, smallest(|room| room.memory)))
            .max(1);
        let ranges = spot.iter().map(|pool| Some(pool.nodes?.max));
        let most = most.min(ranges.sum::<Option<i64>>().unwrap_or(i64::MAX));
        let steps = steps(self.max - self.least).map(|above| {
            let replicas = base.saturating_add(above.saturating_mul(each));
            [self.least + above, replicas.min(most.max(base))]
        });
        let mut nodes_to_replicas: Vec<[Int<0, 1_000_000>; 2]> = Vec::new();
        for step in std::iter::once([0, base]).chain(steps) {
            let step = step.map(Int::new);
            if nodes_to_replicas.last().map(|last| last[1].get()) != Some(step[1].get()) {
                nodes_to_replicas.push(step);
            }
        }
        let name = format!("{prefix}-{placeholder}-scaler");
        Scaling {
            config_map: name.clone(),
            name,
            counting: Target::Pools(self.pools.iter().map(|pool| pool.name.clone()).collect()),
            control: Control::Ladder(Ladder {
                nodes_to_replicas,
                ..Ladder::default()
            }),
        }
    }
}

/// How many of one amount hold another; 0 where nothing is known of it.
fn ratio(amount: i64, one: i64) -> i64 {
    if one > 0 { (amount + one - 1) / one } else { 0 }
}

/// One by one where it matters, and then further and further apart. Between two steps fewer are added than could be, which
/// only takes longer.
fn steps(most: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(1), |step| Some(step + (step / 4).max(1)))
        .take_while(move |step| *step <= most)
}
