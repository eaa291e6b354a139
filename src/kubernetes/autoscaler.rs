//! What the cluster autoscaler asks of pods.

/// Pods of a lower priority are ignored: they neither add a node nor keep one.
/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `expendable-pods-priority-cutoff`.
pub(crate) const EXPENDABLE_CUTOFF: i32 = -10;

/// Whether a pod may be evicted so that its node can be removed.
/// Source: kubernetes/autoscaler cluster-autoscaler/utils/drain/drain.go, `PodSafeToEvictKey`.
pub(crate) const SAFE_TO_EVICT: &str = "cluster-autoscaler.kubernetes.io/safe-to-evict";
