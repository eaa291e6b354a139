//! The name and the version of the cluster.

use super::cloud_pools::CloudPools;
use super::provider;
use super::provider::EKSCTL_CLUSTER;
use super::wishes::Wishes;
use crate::config::ProviderName;
use crate::snapshot::Snapshot;
use crate::values::Version;

/// What is known of the cluster as a whole.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    pub(super) provider: ProviderName,
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
    name: ProviderName,
) -> Cluster {
    let (resource_group, cloud_name) = of_labels(snapshot);
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
    let own = wishes
        .name
        .clone()
        .or_else(|| cloud_name.as_deref().map(dns_label));
    Cluster {
        provider: name,
        name: own
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "my-cluster".to_owned()),
        cloud_name: cloud_name.filter(|_| has_script(name)),
        resource_group: resource_group.filter(|_| has_script(name)),
        version: wishes.kubernetes_version.clone().or(newest).or(listed),
    }
}

/// Whether a script of commands needs to know the cluster.
fn has_script(name: ProviderName) -> bool {
    provider::facts(name).cli == crate::providers::Cli::AzureCli
}

/// The resource group and the name, as labels of nodes have them.
/// Source: MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md: `kubernetes.azure.com/cluster` is the group of the
/// nodes, `MC_<resource group>_<cluster>_<location>` unless somebody chose another name.
fn of_labels(snapshot: &Snapshot) -> (Option<String>, Option<String>) {
    let label = |key: &str| snapshot.nodes.iter().find_map(|node| node.labels.get(key));
    if let Some(name) = label(EKSCTL_CLUSTER) {
        return (None, Some(name.clone()));
    }
    let group = label("kubernetes.azure.com/cluster").and_then(|group| {
        let (within, _) = group.strip_prefix("MC_")?.rsplit_once('_')?;
        let (resource_group, name) = within.split_once('_')?;
        // With more of them, nothing tells which one divides the two.
        (!name.contains('_')).then(|| (resource_group.to_owned(), name.to_owned()))
    });
    group.unzip()
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
