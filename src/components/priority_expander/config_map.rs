//! The `ConfigMap` that the cluster autoscaler reads.

/// Name and key are fixed.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `PriorityConfigMapName` and
/// `ConfigMapKey`.
pub(crate) const CONFIG_MAP: &str = "cluster-autoscaler-priority-expander";
pub(crate) const KEY: &str = "priorities";
