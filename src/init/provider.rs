//! Which cloud a cluster runs on.

use crate::config::ProviderName;
use crate::providers::{self, Facts};
use crate::snapshot::{Node, Snapshot};

/// The clouds whose nodes have a label of their own that names the pool.
const CLOUDS: [ProviderName; 3] = [ProviderName::Aks, ProviderName::Eks, ProviderName::Gke];

/// What eksctl sets on every node, also on those that EKS does not manage.
/// Source: eksctl-io/eksctl pkg/apis/eksctl.io/v1alpha5/types.go, `ClusterNameLabel`.
pub(super) const EKSCTL_CLUSTER: &str = "alpha.eksctl.io/cluster-name";

/// The cloud of most nodes; none without nodes.
pub(super) fn of(snapshot: &Snapshot) -> Option<ProviderName> {
    let count = |name: ProviderName| {
        let nodes = snapshot.nodes.iter();
        nodes.filter(|node| is_of(node, name)).count()
    };
    let cloud = CLOUDS.into_iter().max_by_key(|name| count(*name));
    if let Some(cloud) = cloud.filter(|cloud| count(*cloud) > 0) {
        return Some(cloud);
    }
    let is_of_eksctl = |node: &Node| node.labels.contains_key(EKSCTL_CLUSTER);
    if snapshot.nodes.iter().any(is_of_eksctl) {
        return Some(ProviderName::Eks);
    }
    (!snapshot.nodes.is_empty()).then_some(ProviderName::Generic)
}

fn is_of(node: &Node, name: ProviderName) -> bool {
    node.labels.contains_key(facts(name).labels.pool)
}

pub(super) fn facts(name: ProviderName) -> &'static Facts {
    providers::facts(name)
}
