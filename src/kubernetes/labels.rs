//! Labels that mean something to Kubernetes, or to whoever looks after a cluster.
//! Source: <https://kubernetes.io/docs/reference/labels-annotations-taints/>

use std::collections::BTreeMap;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;

use smol_str::SmolStr;

use crate::values::SortedMap;

/// Labels as text.
pub(crate) type Labels = SortedMap<SmolStr, SmolStr>;

/// Labels that every object carries, or that name a controller's pods.
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>
pub(crate) const NAME_LABEL: &str = "app.kubernetes.io/name";
pub(crate) const INSTANCE_LABEL: &str = "app.kubernetes.io/instance";
pub(crate) const COMPONENT_LABEL: &str = "app.kubernetes.io/component";
pub(crate) const VERSION_LABEL: &str = "app.kubernetes.io/version";
pub(crate) const PART_OF_LABEL: &str = "app.kubernetes.io/part-of";
pub(crate) const MANAGED_BY_LABEL: &str = "app.kubernetes.io/managed-by";
/// What made the objects that belong to no program of their own, and manages all of them: values of these labels.
pub(crate) const GENERATOR: &str = "spotgen";

/// The labels of nodes by which pods are mostly spread.
pub(crate) const ZONE: &str = "topology.kubernetes.io/zone";
pub(crate) const HOSTNAME: &str = "kubernetes.io/hostname";
/// The operating system of a node, and what its programs must be built for.
pub(crate) const OS_LABEL: &str = "kubernetes.io/os";
pub(crate) const ARCHITECTURE_LABEL: &str = "kubernetes.io/arch";
/// The VM size of a node.
pub(crate) const INSTANCE_TYPE_LABEL: &str = "node.kubernetes.io/instance-type";

/// The labels of nodes that Kubernetes itself has, and some of those that clouds set for it.
pub(crate) const WELL_KNOWN: [&str; 7] = [
    HOSTNAME,
    OS_LABEL,
    ARCHITECTURE_LABEL,
    INSTANCE_TYPE_LABEL,
    ZONE,
    "topology.kubernetes.io/region",
    "node.kubernetes.io/windows-build",
];

/// The label that has taken the place of a deprecated one, or the label itself. Nodes have both, with one value.
///
/// Source: kubernetes/kubernetes `pkg/controller/nodelifecycle/node_lifecycle_controller.go` (`labelReconcileInfo`: adds the
/// old labels of the system and the architecture to this day), and kubernetes/cloud-provider
/// `controllers/node/node_controller.go` (the same of zones and regions); deprecated since 1.14 and 1.17 by
/// <https://kubernetes.io/docs/reference/labels-annotations-taints/>.
pub(crate) fn stable(key: &str) -> &str {
    match key {
        "beta.kubernetes.io/os" => OS_LABEL,
        "beta.kubernetes.io/arch" => ARCHITECTURE_LABEL,
        "beta.kubernetes.io/instance-type" => INSTANCE_TYPE_LABEL,
        "failure-domain.beta.kubernetes.io/zone" => ZONE,
        "failure-domain.beta.kubernetes.io/region" => "topology.kubernetes.io/region",
        key => key,
    }
}

/// Labels that the kubelet or the cloud sets on every node, whether or not anybody declares them.
pub(crate) fn is_set_by_cluster(key: &str) -> bool {
    let (domain, _) = key.rsplit_once('/').unwrap_or_default();
    let domains = [
        "kubernetes.io",
        "beta.kubernetes.io",
        "failure-domain.beta.kubernetes.io",
        "kubelet.kubernetes.io",
    ];
    key == INSTANCE_TYPE_LABEL || domains.contains(&domain) || domain.starts_with("topology.")
}

/// The label by which a `Deployment` tells the pods of its generations apart.
pub(crate) const POD_TEMPLATE_HASH_LABEL: &str = "pod-template-hash";

/// The labels by which the pods of a `Job` name it; the first is set from 1.27 on, the second always.
/// Source: kubernetes/api batch/v1/types.go (`JobNameLabel`), kubernetes/kubernetes pkg/registry/batch/job/strategy.go.
pub(crate) const JOB_NAME_LABEL: &str = "batch.kubernetes.io/job-name";
pub(crate) const OLD_JOB_NAME_LABEL: &str = "job-name";

/// All labels that the controller of Jobs sets on their pods. Source: the same files.
pub(crate) const JOB_LABELS: [&str; 4] = [
    JOB_NAME_LABEL,
    OLD_JOB_NAME_LABEL,
    "batch.kubernetes.io/controller-uid",
    "controller-uid",
];

/// The label by which a namespace says what pods it admits.
pub(crate) const ENFORCED_LABEL: &str = "pod-security.kubernetes.io/enforce";

/// Hardened as all our pods are.
pub(crate) const RESTRICTED: &str = "restricted";

pub(crate) fn match_labels(labels: Labels) -> LabelSelector {
    LabelSelector {
        match_labels: Some(labels.into()),
        ..LabelSelector::default()
    }
}

/// Selects Linux nodes that have these labels besides: our images and their hardening are Linux's.
pub(crate) fn linux_nodes<const N: usize>(labels: [(&str, &str); N]) -> BTreeMap<String, String> {
    labels
        .into_iter()
        .chain([(OS_LABEL, "linux")])
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}
