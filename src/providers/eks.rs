use super::{Facts, NodeGroup, PoolNameRule};
use crate::config::ProviderName;

/// Amazon EKS: managed node groups under a cluster autoscaler that the user runs.
pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Eks,
    title: "EKS",
    // Source: awsdocs/amazon-eks-user-guide, "managed node groups": a label on every node, no taint.
    spot_label: ("eks.amazonaws.com/capacityType", "SPOT"),
    spot_taint: None,
    pool_label: "eks.amazonaws.com/nodegroup",
    // Two minutes; managed node groups drain by themselves on the notice (the same guide).
    notice_seconds: 120,
    grace_seconds: 110,
    // The autoscaler's own namespace; kube-system is where its chart and its documentation put it.
    expander_namespace: Some("kube-system"),
    // The node group is the Auto Scaling group: eks-<node group>-<uuid> since Kubernetes 1.21.
    // Source: aws/containers-roadmap#1304.
    node_group: NodeGroup {
        linux: "^eks-{pool}-[0-9a-f-]{36}$",
        windows: "^eks-{pool}-[0-9a-f-]{36}$",
        linux_sample: "eks-{pool}-12345678-90ab-cdef-1234-567890abcdef",
        windows_sample: "eks-{pool}-12345678-90ab-cdef-1234-567890abcdef",
    },
    // Source: the EKS API reference, `CreateNodegroup`.
    pool_name: PoolNameRule {
        pattern: Some("^[A-Za-z0-9][-A-Za-z0-9_]*$"),
        max_length: 63,
        max_length_windows: 63,
        words: "at most 63 letters, digits, `-` and `_`, a letter or digit first",
    },
    profile: &[],
    termination_handler: false,
};
