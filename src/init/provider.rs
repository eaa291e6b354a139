//! Which cloud a cluster runs on.

use crate::providers::{self, Facts};
use crate::snapshot::{Node, Snapshot};

/// The cloud of most nodes, by the labels that it or its tools set; none without nodes.
pub(super) fn of(snapshot: &Snapshot) -> Option<&'static Facts> {
    let count = |facts: &Facts| {
        let nodes = snapshot.nodes.iter();
        nodes.filter(|node| is_of(node, facts)).count()
    };
    let cloud = providers::CLOUDS
        .into_iter()
        .max_by_key(|facts| count(facts));
    let other = || providers::named("generic").filter(|_| !snapshot.nodes.is_empty());
    cloud.filter(|facts| count(facts) > 0).or_else(other)
}

/// Whether a node has a label of a cloud or of its tools.
fn is_of(node: &Node, facts: &Facts) -> bool {
    let label = facts.cluster_label.as_ref().map(|label| label.key);
    let keys = [Some(facts.labels.pool), label];
    let mut keys = keys.iter().flatten();
    keys.any(|key| node.labels.contains_key(*key))
}

/// The cloud that the nodes are of, if no node is of the one that is asked for. Any cluster may be described as one of no
/// cloud.
pub(crate) fn cloud_of_nodes(snapshot: &Snapshot, asked: &Facts) -> Option<&'static Facts> {
    let is_cloud = |facts: &Facts| {
        let mut clouds = providers::CLOUDS.into_iter();
        clouds.any(|cloud| cloud.title == facts.title)
    };
    let is_asked = snapshot.nodes.iter().any(|node| is_of(node, asked));
    let own = of(snapshot).filter(|own| is_cloud(own))?;
    (is_cloud(asked) && !is_asked).then_some(own)
}
