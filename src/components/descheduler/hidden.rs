//! Nodes that a policy hides from the descheduler.

use crate::model::node_labels;
use crate::plan::{NodePool, Plan};

/// Which nodes the `nodeSelector` of a policy leaves none of, so that nothing is ever moved back to Spot: of those that it
/// sees, none is better than another.
pub(crate) fn hidden(plan: &Plan, selector: &str) -> Option<&'static str> {
    match (hides(plan, selector, true), hides(plan, selector, false)) {
        (true, true) => Some("no node of the configured pools"),
        (true, false) => Some("no Spot node"),
        (false, true) => Some("no on-demand node"),
        (false, false) => None,
    }
}

/// Whether a `nodeSelector` takes none of the Spot pools, or none of the others.
pub(crate) fn hides(plan: &Plan, selector: &str, is_spot: bool) -> bool {
    let is_meant = |pool: &&NodePool| pool.is_spot() == is_spot && plan.is_for_workloads(pool);
    let mut pools = plan.node_pools.iter().filter(is_meant).peekable();
    pools.peek().is_some()
        && pools.all(|pool| node_labels::selected(plan, pool, selector) == Some(false))
}
