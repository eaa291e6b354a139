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

use crate::components::overprovisioner::Target;
use crate::components::overprovisioner::pools::linux;
use crate::components::proportional_autoscaler::{Control, Scaling};
use crate::config::{Capacity, Ladder, Mode};
use crate::defaults;
use crate::model::capacity;
use crate::plan::Amount;
use crate::plan::NodePool;
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
            overflow.node = overflow.node.max(capacity::of_node(pool)?);
            overflow.pools.push(pool);
        }
        let needed =
            ratio(beside.cpu, overflow.node.cpu).max(ratio(beside.memory, overflow.node.memory));
        overflow.least = overflow.least.max(needed);
        (overflow.max > overflow.least).then_some(overflow)
    }

    /// How many placeholders to add for each of these nodes, where Spot nodes are of these sizes: so many as hold its pods on
    /// the smallest Spot nodes, rounded down, for what they leave is less than one of them holds. Fewer where the largest
    /// would then take too much at once, but never so few that the smallest take less than half: what is left on on-demand
    /// would be more than what comes back. Sizes are in thousandths of pods of this average.
    pub(super) fn each(&self, average: Amount, sizes: impl Iterator<Item = i64>) -> i64 {
        let rooms = self.pools.iter().filter_map(|pool| capacity::of_node(pool));
        let node = rooms.filter_map(|room| average.thousandths_in(room)).max();
        // A node that holds no pod beside its placeholder takes nothing back, however many of them there are.
        let sizes: Vec<i64> = sizes.filter(|size| *size >= 1000).collect();
        let (Some(node), Some(smallest), Some(largest)) =
            (node, sizes.iter().min(), sizes.iter().max())
        else {
            return 1;
        };
        let full = (node / smallest).max(1);
        let half = ratio(node, 2 * smallest).max(1);
        (defaults::MOST_TAKEN_AT_ONCE * node / largest).clamp(half, full)
    }

    pub(super) fn scaling(&self, prefix: &str, placeholder: &str, count: &Steps) -> Scaling {
        let steps = steps(self.max - self.least).map(|above| {
            let replicas = count.base.saturating_add(above.saturating_mul(count.each));
            [self.least + above, replicas.min(count.most.max(count.base))]
        });
        let mut nodes_to_replicas: Vec<[Int<0, 1_000_000>; 2]> = Vec::new();
        for step in std::iter::once([0, count.base]).chain(steps) {
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
            unscaled: count.unscaled,
        }
    }
}

/// How many placeholders there are.
pub(super) struct Steps {
    /// At the least.
    pub(super) base: i64,
    /// So many more for each on-demand node above the least.
    pub(super) each: i64,
    /// At most.
    pub(super) most: i64,
    /// Where nothing adds any.
    pub(super) unscaled: i32,
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
