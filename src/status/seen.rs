//! Which nodes a `nodeSelector` of the descheduler takes: nodes have more labels than their pools are known to have.

use super::cluster::Cluster;
use crate::components::descheduler::hides;
use crate::kubernetes::Requirement;
use crate::model::node_labels::selected;

/// Which nodes it leaves none of; none where it takes both kinds, or that cannot be told.
pub(super) fn hidden(cluster: &Cluster<'_>, selector: &str) -> Option<&'static str> {
    match (
        takes_none(cluster, selector, true),
        takes_none(cluster, selector, false),
    ) {
        (true, true) => Some("no node"),
        (true, false) => Some("no Spot node"),
        (false, true) => Some("no on-demand node"),
        (false, false) => None,
    }
}

/// Whether it takes none of the Spot nodes, or none of the others.
pub(super) fn takes_none(cluster: &Cluster<'_>, selector: &str, is_spot: bool) -> bool {
    let Some(requirements) = Requirement::parse(selector) else {
        return false;
    };
    let mut nodes = cluster
        .nodes
        .iter()
        .filter(|place| place.is_spot == is_spot && !place.node.is_of_control_plane())
        .peekable();
    let has_nodes = nodes.peek().is_some();
    let is_taken = nodes.any(|place| {
        let label = |key: &str| place.node.labels.get(key).map(String::as_str);
        requirements
            .iter()
            .all(|own| own.operator.holds(label(&own.key)))
    });
    if is_taken {
        return false;
    }
    // On-demand nodes may be of system pools, where no workload is.
    if has_nodes && is_spot {
        let mut pools = cluster.plan.node_pools.iter().filter(|pool| pool.is_spot());
        return !pools.any(|pool| selected(cluster.plan, pool, selector) == Some(true));
    }
    hides(cluster.plan, selector, is_spot)
}
