//! The report of the cluster autoscaler, where the snapshot has none that can be read.

use super::cluster::Cluster;
use super::words::{add, kubectl};
use crate::snapshot::AUTOSCALER_STATUS;

/// Why there is none, and what to do about it.
pub(super) fn missing(cluster: &Cluster<'_>) -> (String, String) {
    match cluster.snapshot.namespace_of_report() {
        Some(namespace) => (
            format!("the {AUTOSCALER_STATUS} that is there cannot be read"),
            format!(
                "cluster-autoscaler 1.30 and later write it as YAML; earlier ones write free text: {} -o yaml",
                kubectl(namespace, "get", "configmap", AUTOSCALER_STATUS)
            ),
        ),
        None => (
            format!("there is no {AUTOSCALER_STATUS}"),
            add("configmaps"),
        ),
    }
}
