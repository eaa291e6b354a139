use super::{Facts, NodeGroup, PoolNameRule};
use crate::config::ProviderName;

/// Any other cluster: nodes carry the labels below, which whoever makes the nodes must set.
pub(super) const FACTS: Facts = Facts {
    name: ProviderName::Generic,
    title: "this cluster",
    spot_label: ("spotgen.dev/capacity", "spot"),
    spot_taint: None,
    pool_label: "spotgen.dev/node-pool",
    // The shortest notice among the large clouds.
    notice_seconds: 30,
    grace_seconds: 20,
    expander_namespace: Some("kube-system"),
    // The pool's name is taken to be the name of its node group.
    node_group: NodeGroup {
        linux: "^{pool}$",
        windows: "^{pool}$",
        linux_sample: "{pool}",
        windows_sample: "{pool}",
    },
    pool_name: PoolNameRule {
        pattern: None,
        max_length: 63,
        max_length_windows: 63,
        words: "at most 63 letters, digits, `-` and `_`",
    },
    profile: &[],
    termination_handler: false,
};
