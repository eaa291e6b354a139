//! More placeholders on Spot while more on-demand nodes run than the permanent ones.
//!
//! Pods that are left on on-demand do not return by themselves: once each placeholder has its node, none is Pending and
//! nothing triggers a further scale-up. This happens when autoscalers add replicas, and when an outage added nodes of
//! other sizes than planned. The number of on-demand nodes shows it. A proportional autoscaler counts them and adds
//! placeholders for those above the minimum. The feedback is negative: a placeholder adds a Spot node, pods move there,
//! the on-demand node is removed, and so is the placeholder. At the minimum no placeholder is added.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/laddercontroller`: the value of the
//! last step that is reached. Linear parameters cannot express it, since they never give less than one replica.

use crate::components::overprovisioner::Target;
use crate::components::overprovisioner::pools::linux;
use crate::components::proportional_autoscaler::{Control, Scaling};
use crate::config::{Capacity, Ladder, Mode};
use crate::defaults;
use crate::model::capacity;
use crate::plan::Amount;
use crate::plan::NodePool;
use crate::values::Int;

/// On-demand nodes whose number can increase.
pub(super) struct Overflow<'p> {
    pools: Vec<&'p NodePool>,
    /// The number of permanent nodes.
    least: i64,
    max: i64,
    /// What pods can request on the largest node.
    node: Amount,
}

impl<'p> Overflow<'p> {
    /// `None` if the nodes are unknown or their number is fixed. `beside` is what always runs on on-demand.
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

    /// How many placeholders to add per on-demand node if Spot nodes have these sizes: enough to hold its pods on the
    /// smallest Spot nodes, rounded down, since the rest is less than one Spot node holds. There are fewer if the
    /// largest Spot nodes would then take too much at once, but never so few that the smallest take less than half:
    /// more pods would stay on on-demand than return. Sizes are in thousandths of an average pod.
    pub(super) fn each(&self, average: Amount, sizes: impl Iterator<Item = i64>) -> i64 {
        let rooms = self.pools.iter().filter_map(|pool| capacity::of_node(pool));
        let node = rooms.filter_map(|room| average.thousandths_in(room)).max();
        // A node that holds no pod next to its placeholder takes nothing back, however many such nodes there are.
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

/// The number of placeholders.
pub(super) struct Steps {
    /// The minimum.
    pub(super) base: i64,
    /// How many more per on-demand node above the minimum.
    pub(super) each: i64,
    /// The maximum.
    pub(super) most: i64,
    /// The number if nothing adds any.
    pub(super) unscaled: i32,
}

/// How many of one amount hold another; 0 if it is unknown.
fn ratio(amount: i64, one: i64) -> i64 {
    if one > 0 { (amount + one - 1) / one } else { 0 }
}

/// Steps of one at first, then increasingly larger ones. Between two steps fewer placeholders are added than possible,
/// which only takes longer.
fn steps(most: i64) -> impl Iterator<Item = i64> {
    std::iter::successors(Some(1), |step| Some(step + (step / 4).max(1)))
        .take_while(move |step| *step <= most)
}
