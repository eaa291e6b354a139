//! Which cloud a cluster runs on.

use crate::providers::{self, Facts};
use crate::snapshot::Snapshot;

/// The cloud of most nodes, by the labels that it or its tools set; none without nodes.
pub(super) fn of(snapshot: &Snapshot) -> Option<&'static Facts> {
    let count = |facts: &Facts| {
        let nodes = snapshot.nodes.iter();
        let label = facts.cluster_label.as_ref().map(|label| label.key);
        let keys = [Some(facts.labels.pool), label];
        nodes
            .filter(|node| {
                keys.iter()
                    .flatten()
                    .any(|key| node.labels.contains_key(*key))
            })
            .count()
    };
    let cloud = providers::CLOUDS
        .into_iter()
        .max_by_key(|facts| count(facts));
    let other = || providers::named("generic").filter(|_| !snapshot.nodes.is_empty());
    cloud.filter(|facts| count(facts) > 0).or_else(other)
}
