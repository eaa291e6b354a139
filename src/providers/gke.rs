use super::{Facts, NodeGroup, PoolNameRule};
use crate::config::ProviderName;

/// Google Kubernetes Engine, Standard mode.
pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Gke,
    title: "GKE",
    // Source: cloud.google.com/kubernetes-engine/docs/concepts/spot-vms: a label on every node; the taint is the user's.
    spot_label: ("cloud.google.com/gke-spot", "true"),
    spot_taint: None,
    pool_label: "cloud.google.com/gke-nodepool",
    // 30 seconds, of which pods that are not critical get 15 (the same page).
    notice_seconds: 30,
    grace_seconds: 15,
    // The managed autoscaler takes no expander from the user.
    expander_namespace: None,
    // A node group is a managed instance group, named by its URL.
    // Source: kubernetes/autoscaler cluster-autoscaler/cloudprovider/gce/gce_manager.go.
    node_group: NodeGroup {
        linux: "/instanceGroups/gke-.*-{pool}-[0-9a-f]+-grp$",
        windows: "/instanceGroups/gke-.*-{pool}-[0-9a-f]+-grp$",
        linux_sample: "projects/p/zones/z/instanceGroups/gke-cluster-{pool}-1234abcd-grp",
        windows_sample: "projects/p/zones/z/instanceGroups/gke-cluster-{pool}-1234abcd-grp",
    },
    pool_name: PoolNameRule {
        pattern: Some("^[a-z]([-a-z0-9]*[a-z0-9])?$"),
        max_length: 40,
        max_length_windows: 40,
        words: "at most 40 lower-case letters, digits and `-`, a letter first",
    },
    profile: &[],
    // The kubelet stops gracefully on the notice by itself.
    termination_handler: false,
};
