//! The name and the version of the cluster.

use super::cloud_pools::CloudPools;
use super::wishes::Wishes;
use crate::providers::{Cli, Facts};
use crate::snapshot::Snapshot;
use crate::values::Version;

/// What is known of the cluster as a whole.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// Of the configuration.
    pub(super) name: String,
    /// As the cloud knows it; none where nothing tells.
    pub(super) cloud_name: Option<String>,
    pub(super) resource_group: Option<String>,
    pub(super) version: Option<String>,
}

pub(super) fn of(
    snapshot: &Snapshot,
    cloud: &[CloudPools],
    wishes: &Wishes,
    facts: &Facts,
) -> Cluster {
    // Only a script of commands needs to know them.
    let has_script = facts.cli == Cli::AzureCli;
    let labelled = of_labels(snapshot, facts);
    let kubelets = snapshot
        .nodes
        .iter()
        .map(|node| node.kubelet_version.trim_start_matches('v'));
    let minor = |text: &str| {
        let mut parts = text.splitn(3, '.');
        let version = format!("{}.{}", parts.next()?, parts.next()?);
        Version::parse(&version).map(|_| version)
    };
    // Nodes may be older than the control plane, and its fields are what counts.
    let newest = kubelets.filter_map(minor).max_by_key(|version| {
        let (_, minor) = version.split_once('.').unwrap_or_default();
        minor.parse::<u32>().unwrap_or(0)
    });
    let listed = cloud
        .iter()
        .find_map(|cloud| minor(cloud.kubernetes_version.as_deref()?));
    // The cloud's own list knows both; a label is cut, and holds both in one text.
    let listed_both = cloud.iter().find_map(|cloud| {
        let name = cloud.cluster.clone()?;
        Some((cloud.resource_group.clone(), Some(name)))
    });
    let (resource_group, cloud_name) = listed_both.unwrap_or(labelled);
    let own = wishes
        .name
        .clone()
        .or_else(|| cloud_name.as_deref().map(dns_label));
    Cluster {
        name: own
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "my-cluster".to_owned()),
        cloud_name: cloud_name.filter(|_| has_script),
        resource_group: resource_group.filter(|_| has_script),
        version: wishes.kubernetes_version.clone().or(newest).or(listed),
    }
}

/// The resource group and the name, as a label of nodes has them.
fn of_labels(snapshot: &Snapshot, facts: &Facts) -> (Option<String>, Option<String>) {
    let named = facts.cluster_label.as_ref().and_then(|label| {
        let mut values = snapshot
            .nodes
            .iter()
            .filter_map(|node| node.labels.get(label.key));
        (label.read)(values.next()?)
    });
    match named {
        Some(found) => (found.resource_group, Some(found.name)),
        None => (None, None),
    }
}

/// The text as a name of Kubernetes.
fn dns_label(text: &str) -> String {
    let lower = text.to_lowercase();
    let kept = lower.chars().map(|letter| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    });
    let name: String = kept.take(63).collect();
    name.trim_matches('-').to_owned()
}
