//! Karpenter, which makes nodes without any node group.

use super::assumed::KARPENTER;
use super::cluster::Cluster;
use crate::components::priority_expander::running;

/// Whether Karpenter makes the nodes, and no cluster autoscaler is to be seen.
pub(super) fn is_alone(cluster: &Cluster<'_>) -> bool {
    let mut nodes = cluster.snapshot.nodes.iter();
    nodes.any(|node| node.labels.contains_key(KARPENTER))
        && cluster.snapshot.autoscaler.is_none()
        && running(&cluster.installed).next().is_none()
}
