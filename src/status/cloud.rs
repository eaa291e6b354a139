//! The cloud of a cluster, by what its nodes tell.

use crate::providers::{CLOUDS, Facts};
use crate::snapshot::Node;

/// The cloud whose pool label most nodes have.
pub(super) fn cloud(nodes: &[Node]) -> Option<&'static Facts> {
    let votes = CLOUDS.map(|facts| {
        (
            nodes.iter().filter(|node| is_of(node, facts)).count(),
            facts,
        )
    });
    let (most, cloud) = votes.into_iter().max_by_key(|(votes, _)| *votes)?;
    (most > 0).then_some(cloud)
}

/// The cloud of the nodes, where none of them is of the cloud that was meant: the cluster is another one.
pub(super) fn other_cloud(nodes: &[Node], meant: &Facts) -> Option<&'static Facts> {
    let is_there = nodes.iter().any(|node| is_of(node, meant));
    cloud(nodes).filter(|_| is_cloud(meant) && !is_there)
}

/// Whether these are the facts of a cloud, and not of a cluster that may be anywhere.
pub(super) fn is_cloud(facts: &Facts) -> bool {
    CLOUDS.iter().any(|cloud| cloud.title == facts.title)
}

fn is_of(node: &Node, cloud: &Facts) -> bool {
    node.labels.contains_key(cloud.labels.pool)
}
