//! What the pods of workloads keep their volumes in.

/// What a workload's pods keep a volume in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Storage {
    /// The name of its class; none where the cluster's default is taken, or the claim is in none of the manifests.
    pub class: Option<String>,
    /// Whether it stays in the zone that it was made in; none where nothing tells.
    pub is_in_one_zone: Option<bool>,
    /// Whether it is made before it is known where its pod will be.
    pub is_immediate: bool,
}
