//! Where the evictor looks for free capacity before it evicts a pod.

use super::Evictor;
use crate::model::node_labels;
use crate::plan::{NodePool, Plan};

/// The first on-demand pool whose free capacity is a reason to evict: with `nodeFit`, any other node that the selector of
/// the evictor takes is one. While Spot is full, a pod is evicted from on-demand, lands there again, and so on.
/// Source: kubernetes-sigs/descheduler pkg/framework/plugins/defaultevictor/defaultevictor.go, `PreEvictionFilter`.
pub(crate) fn counted_on_demand<'p>(plan: &'p Plan, evictor: &Evictor) -> Option<&'p NodePool> {
    plan.node_pools.iter().find(|pool| {
        !pool.is_spot()
            && plan.lets_workloads_onto(pool)
            && node_labels::selected(plan, pool, &evictor.node_selector) == Some(true)
    })
}

/// Whether pods are evicted from on-demand although they do not fit on Spot: because `nodeFit` is off, or because room on
/// on-demand counts as well.
pub(crate) fn evicts_without_room_on_spot(plan: &Plan, evictor: &Evictor) -> bool {
    !evictor.node_fit || counted_on_demand(plan, evictor).is_some()
}
