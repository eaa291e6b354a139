//! Which labels and taints of nodes somebody has set on purpose.

use std::collections::BTreeMap;

use crate::kubernetes::is_set_by_cluster;
use crate::providers::{Facts, SPOT_LABELS};
use crate::snapshot::Node;

/// Domains whose labels are set by Kubernetes, a cloud or one of its drivers.
const DOMAINS: [&str; 12] = [
    "kubernetes.io",
    "k8s.io",
    "azure.com",
    "amazonaws.com",
    "aws.com",
    "cloud.google.com",
    "gke.io",
    "eksctl.io",
    "k8s.aws",
    "karpenter.sh",
    "openshift.io",
    "digitalocean.com",
];

/// The same without a domain.
/// Source: MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md.
const WITHOUT_DOMAIN: [&str; 4] = ["agentpool", "storageprofile", "storagetier", "accelerator"];

/// Whether whoever made the pool chose this label.
pub(super) fn is_own(key: &str) -> bool {
    let (domain, _) = key.rsplit_once('/').unwrap_or_default();
    let is_within = |known: &&str| {
        let rest = domain.strip_suffix(*known);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    !is_set_by_cluster(key) && !WITHOUT_DOMAIN.contains(&key) && !DOMAINS.iter().any(is_within)
}

/// The labels that make this a Spot node, that of the cloud first.
pub(super) fn spot_labels<'n>(
    node: &'n Node,
    facts: &Facts,
) -> impl Iterator<Item = (&'static str, &'n str)> {
    let has = |(key, value): &(&'static str, &'static str)| {
        let own = node.labels.get_key_value(*key)?;
        (own.1 == value).then_some((*key, own.1.as_str()))
    };
    let others = SPOT_LABELS.iter().filter(|own| **own != facts.labels.spot);
    [&facts.labels.spot]
        .into_iter()
        .chain(others)
        .filter_map(has)
}

/// Taints that come and go with the state of a node.
/// Source: kubernetes/api `core/v1/well_known_taints.go`; kubernetes/autoscaler `cluster-autoscaler/utils/taints/taints.go`.
fn is_passing(key: &str) -> bool {
    key.starts_with("node.kubernetes.io/")
        || key.starts_with("node.cloudprovider.kubernetes.io/")
        || key.ends_with("ByClusterAutoscaler")
        || key.ends_with("OfClusterAutoscaler")
        || key.starts_with("aws-node-termination-handler/")
}

/// The taints of a node that its pool has, and no cloud by itself.
pub(super) fn taints(node: &Node, facts: &Facts) -> Vec<String> {
    let by_cloud = [facts.taints.spot, facts.taints.arm, facts.taints.gpu];
    let is_by_cloud = |key: &str| by_cloud.iter().flatten().any(|(own, _, _)| *own == key);
    let own = node
        .taints
        .iter()
        .filter(|taint| !is_passing(&taint.key) && !is_by_cloud(&taint.key));
    own.map(crate::kubernetes::Taint::text).collect()
}

/// Whether a Spot node lacks the taint that the cloud sets on them.
pub(super) fn lacks_spot_taint(node: &Node, facts: &Facts) -> bool {
    let spot = facts.taints.spot;
    spot.is_some_and(|(key, _, _)| node.taints.iter().all(|taint| taint.key != key))
}

/// Of two maps what is the same in both.
pub(super) fn common(
    one: BTreeMap<String, String>,
    other: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    one.into_iter()
        .filter(|(key, value)| other.get(key) == Some(value))
        .collect()
}
