//! The feedback of placeholders that are scaled by the very nodes that they add.
//!
//! Each node adds a number of placeholders, which fill a share of it: the gain. If they fill a share `g` of every node,
//! the fleet is `1 / (1 - g)` times as large as the workloads need; at 1 it grows without any workload.
//!
//! Source: kubernetes-sigs/cluster-proportional-autoscaler `pkg/autoscaler/controller/linearcontroller`: the larger of
//! cores by `coresPerReplica` and nodes by `nodesPerReplica`.

use super::pools::pools_of;
use crate::components::overprovisioner::Placeholder;
use crate::components::proportional_autoscaler::{Control, Scaling};
use crate::config::Linear;
use crate::model::capacity::of_node;
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};

/// How many placeholders a node of a pool adds, in a fleet so large that rounding does not matter.
pub(crate) fn per_node(linear: &Linear, pool: &NodePool) -> f64 {
    let whole = pool.allocatable.as_ref().map(Amount::from);
    let cores = whole.map_or(0.0, |whole| float(whole.cpu) / 1000.0);
    let by_cores = linear
        .cores_per_replica
        .map_or(0.0, |per| cores / per.get());
    let by_nodes = linear.nodes_per_replica.map_or(0.0, |per| 1.0 / per.get());
    by_cores.max(by_nodes)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a share of a node need not be exact to the byte"
)]
fn float(amount: i64) -> f64 {
    amount as f64
}

/// How many placeholders a node adds, rounded up, as an upper bound for those on that node; `None` if nodes of the pool
/// are not counted, or if steps decide.
pub(crate) fn brought_by_node(plan: &Plan, scaling: &Scaling, pool: &NodePool) -> Option<i64> {
    let Control::Linear(linear) = &scaling.control else {
        return None;
    };
    let mut counted = scaling.counting.pools(plan);
    if !counted.any(|counted| counted.name == pool.name) {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a number of replicas, which saturates"
    )]
    let count = per_node(linear, pool).ceil() as i64;
    Some(count)
}

/// The strongest feedback of a placeholder, and the pool that causes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gain<'p> {
    pub pool: &'p NodePool,
    /// Placeholders that each node adds.
    pub per_node: f64,
    /// The share of a node that they fill, of CPU or memory, whichever is larger.
    pub share: f64,
}

impl<'p> Gain<'p> {
    /// `None` if the counted nodes are not those that placeholders add, or if nothing is known of them.
    pub(crate) fn of(plan: &'p Plan, placeholder: &'p Placeholder) -> Option<Self> {
        let scaling = placeholder.scaling.as_ref()?;
        let Control::Linear(linear) = &scaling.control else {
            return None;
        };
        let counted: Vec<&str> = scaling
            .counting
            .pools(plan)
            .map(|pool| pool.name.as_str())
            .collect();
        let request = Amount::from(&placeholder.requests);
        pools_of(plan, placeholder)
            .filter(|pool| counted.contains(&pool.name.as_str()))
            .filter_map(|pool| {
                let room = of_node(pool)?;
                let per_node = per_node(linear, pool);
                let share = |one: i64, all: i64| per_node * float(one) / float(all.max(1));
                let share = share(request.cpu, room.cpu).max(share(request.memory, room.memory));
                Some(Self {
                    pool,
                    per_node,
                    share,
                })
            })
            .max_by(|a, b| a.share.total_cmp(&b.share))
    }

    /// How many times as large as needed the fleet becomes; `None` if it grows until something stops it.
    pub(crate) fn multiplier(&self) -> Option<f64> {
        (self.share < 1.0).then(|| 1.0 / (1.0 - self.share))
    }
}
