//! More placeholders on Spot while more on-demand nodes run than are paid for anyway.
//!
//! What autoscalers add beyond the usual replicas, or what an outage has left on on-demand, does not come back by itself:
//! no placeholder is pending once each has its node, and so nothing asks for a further one. The number of on-demand nodes
//! tells of it. A proportional autoscaler counts them and adds placeholders for those above the pools' minimum. The
//! feedback is negative: a placeholder brings a Spot node, pods move there, the on-demand node goes, and the placeholder
//! with it. At the minimum none is added.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/laddercontroller`: the value of the
//! last step that is reached. A line cannot say it, for it never gives less than one.

use super::super::overprovisioner::linux;
use super::demand::Demand;
use crate::config::{Capacity, Ladder, Mode};
use crate::numbers::room::{self, Amount};
use crate::plan::{Control, NodePool, Scaling, Target};
use crate::values::Int;

/// On-demand nodes that can become more.
pub(super) struct Overflow<'p> {
    pools: Vec<&'p NodePool>,
    min: i64,
    max: i64,
    /// What pods can request on the largest of them.
    node: Amount,
}

impl<'p> Overflow<'p> {
    /// None where replicas do not vary, or the nodes are not known or never become more.
    pub(super) fn of(pools: &'p [NodePool], demand: &Demand) -> Option<Self> {
        let mut overflow = Self {
            pools: Vec::new(),
            min: 0,
            max: 0,
            node: Amount::default(),
        };
        let user = linux(pools)
            .into_iter()
            .filter(|pool| pool.capacity == Capacity::OnDemand && pool.mode == Mode::User);
        for pool in user {
            let range = pool.nodes?;
            overflow.min += range.min;
            overflow.max += range.max;
            overflow.node = overflow.node.max(room::of_node(pool)?);
            overflow.pools.push(pool);
        }
        (demand.varies && overflow.max > overflow.min).then_some(overflow)
    }

    /// `base` placeholders at the minimum, and for each node above it as many more as hold what is on it.
    pub(super) fn scaling(
        &self,
        prefix: &str,
        placeholder: &str,
        base: i64,
        spot: &[&NodePool],
    ) -> Scaling {
        let known = || spot.iter().filter_map(|pool| room::of_node(pool));
        let smallest = |amount: fn(Amount) -> i64| known().map(amount).min().filter(|one| *one > 0);
        let ratio = |amount: fn(Amount) -> i64| {
            smallest(amount).map_or(1, |one| (amount(self.node) + one - 1) / one)
        };
        let each = ratio(|room| room.cpu).max(ratio(|room| room.memory)).max(1);
        let ranges = spot.iter().map(|pool| Some(pool.nodes?.max));
        let most = ranges.sum::<Option<i64>>().unwrap_or(i64::MAX);
        let steps = steps(self.max - self.min).map(|above| {
            let replicas = base.saturating_add(above.saturating_mul(each));
            [self.min + above, replicas.min(most.max(base))]
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

/// One by one where it matters, and then further and further apart. Between two steps fewer are added than could be, which
/// only takes longer.
fn steps(most: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(1), |step| Some(step + (step / 4).max(1)))
        .take_while(move |step| *step <= most)
}
