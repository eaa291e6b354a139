//! Nodes that a policy hides from the descheduler.

use crate::model::node_labels;
use crate::plan::{NodePool, Plan};

/// Which nodes the `nodeSelector` of a policy leaves none of, so that nothing is ever moved back to Spot: of those that it
/// sees, none is better than another.
pub(crate) fn hidden(plan: &Plan, selector: &str) -> Option<&'static str> {
    let is_hidden = |is_spot: bool| {
        let is_meant = |pool: &&NodePool| pool.is_spot() == is_spot && plan.is_for_workloads(pool);
        let mut pools = plan.node_pools.iter().filter(is_meant).peekable();
        pools.peek().is_some()
            && pools.all(|pool| node_labels::selected(plan, pool, selector) == Some(false))
    };
    match (is_hidden(true), is_hidden(false)) {
        (true, true) => Some("no node of the configured pools"),
        (true, false) => Some("no Spot node"),
        (false, true) => Some("no on-demand node"),
        (false, false) => None,
    }
}
