//! What a snapshot shows of the cluster autoscaler, and what it means where it shows none.

use super::cloud::is_cloud;
use super::cluster::Cluster;
use super::karpenter;
use crate::components::priority_expander::running;
use crate::providers::RunBy;

/// Where the cluster autoscaler is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Autoscaler {
    /// Its workload is in the snapshot.
    Here,
    /// The provider runs it in its control plane, which no snapshot shows.
    OfProvider,
    /// It reports, and its workload is not to be seen.
    Elsewhere,
    /// Karpenter makes the nodes in its place.
    Karpenter,
    /// The snapshot has no workloads of its kind at all.
    NotAskedFor,
    /// Nobody runs it.
    Nowhere,
    /// It is not to be seen, and neither is the control plane, which may be of a cloud that runs it there.
    Unknown,
}

impl Autoscaler {
    pub(super) fn of(cluster: &Cluster<'_>) -> Self {
        let snapshot = cluster.snapshot;
        let facts = cluster.plan.provider;
        if running(&cluster.installed).next().is_some() {
            Self::Here
        } else if facts.cluster_autoscaler.run_by == RunBy::Provider {
            Self::OfProvider
        } else if snapshot.namespace_of_report().is_some() {
            Self::Elsewhere
        } else if karpenter::is_alone(cluster) {
            Self::Karpenter
        } else if !snapshot.has("Deployment") {
            Self::NotAskedFor
        } else if is_cloud(facts) || shows_control_plane(cluster) {
            Self::Nowhere
        } else {
            Self::Unknown
        }
    }
}

/// Whoever sees the nodes of the control plane runs it.
fn shows_control_plane(cluster: &Cluster<'_>) -> bool {
    let mut nodes = cluster.snapshot.nodes.iter();
    nodes.any(crate::snapshot::Node::is_of_control_plane)
}
