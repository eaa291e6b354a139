//! The report of the cluster autoscaler, where the snapshot has none that can be read.

use super::autoscaler::Autoscaler;
use super::cluster::Cluster;
use super::words::{add, kubectl};
use crate::components::priority_expander::running;
use crate::providers::Cli;
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
        // Every cluster has ConfigMaps: where there are none, they were not asked for.
        None if !cluster.snapshot.has("ConfigMap") => (
            format!("there is no {AUTOSCALER_STATUS}"),
            add("configmaps"),
        ),
        None => unwritten(cluster),
    }
}

/// Why the autoscaler writes none.
/// Source: kubernetes/autoscaler cluster-autoscaler/config/flags/flags.go, `write-status-configmap`, which is on by default.
fn unwritten(cluster: &Cluster<'_>) -> (String, String) {
    let autoscaler = Autoscaler::of(cluster);
    let why = match autoscaler {
        Autoscaler::Here => format!("the cluster autoscaler writes no {AUTOSCALER_STATUS}"),
        Autoscaler::Nowhere | Autoscaler::Unknown => {
            "no cluster autoscaler is to be seen".to_owned()
        }
        _ => format!("there is no {AUTOSCALER_STATUS} among the ConfigMaps"),
    };
    let next = match autoscaler {
        Autoscaler::Here => {
            let found = running(&cluster.installed).next();
            let logs = found.map(|(found, _)| {
                let namespace = found.namespace.as_deref().unwrap_or("default");
                kubectl(namespace, "logs", found.kind.as_str(), &found.name)
            });
            format!(
                "it does unless it is started with `--write-status-configmap=false`, or fails: {}",
                logs.unwrap_or_default()
            )
        }
        Autoscaler::OfProvider => match cluster.plan.provider.cli {
            Cli::AzureCli => "there is one if a pool has `enableAutoScaling`: az aks nodepool list -g GROUP --cluster-name CLUSTER"
                .to_owned(),
            Cli::Other => "look at the autoscaling of the node pools in the cloud".to_owned(),
        },
        Autoscaler::NotAskedFor => add("deployments"),
        Autoscaler::Nowhere => "without one, no pool grows or shrinks by itself: install it".to_owned(),
        Autoscaler::Elsewhere | Autoscaler::Karpenter | Autoscaler::Unknown => {
            "if the cloud runs one, look there; without one, no pool grows or shrinks by itself".to_owned()
        }
    };
    (why, next)
}
