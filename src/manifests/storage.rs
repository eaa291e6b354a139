//! The storage of the volumes of workloads.

/// The storage of a volume of a workload's pods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// The name of its class. `None` for the cluster's default, or if the claim is in none of the manifests.
    pub class: Option<String>,
    /// Whether it stays in the zone that it was created in. `None` if unknown.
    pub is_in_one_zone: Option<bool>,
    /// Whether only one node can mount it. `None` if its claim is in none of the manifests.
    pub is_for_one_node: Option<bool>,
    /// Whether it is created before its pod is scheduled.
    pub is_immediate: bool,
}
