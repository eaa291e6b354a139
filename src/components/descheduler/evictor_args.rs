//! The arguments of `DefaultEvictor` in a policy, as spotgen writes them and reads those of others.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/types.go.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::null::or_default;
use crate::config::{DefaultProtection, ExtraProtection};
use crate::values::Duration;

/// The key of the protections, from 0.34 on.
pub(crate) const POD_PROTECTIONS: &str = "podProtections";
/// The flag that protects pods with claims, before.
pub(crate) const IGNORE_PVC_PODS: &str = "ignorePvcPods";

/// The arguments of the plugin that decides what may be evicted.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct EvictorArgs {
    #[serde(skip_serializing)]
    pub(super) api_version: Option<String>,
    #[serde(skip_serializing)]
    pub(super) kind: Option<String>,
    #[serde(skip_serializing)]
    pub(super) namespace_label_selector: Option<Json>,
    #[serde(skip_serializing)]
    pub(super) no_eviction_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_fit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_selector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label_selector: Option<LabelSelector>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_pod_age: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_threshold: Option<Threshold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod_protections: Option<PodProtections>,
    /// The flags from here on are deprecated since 0.34, in favour of `podProtections`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_local_storage_pods: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_daemon_set_pods: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_system_critical_pods: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evict_failed_bare_pods: Option<bool>,
    #[serde(rename = "ignorePvcPods", skip_serializing_if = "Option::is_none")]
    pub(super) ignore_pvc_pods: Option<bool>,
    #[serde(
        rename = "ignorePodsWithoutPDB",
        skip_serializing_if = "Option::is_none"
    )]
    pub(super) ignore_pods_without_pdb: Option<bool>,
}

/// The priority from which on pods stay.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Threshold {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PodProtections {
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub default_disabled: Vec<DefaultProtection>,
    #[serde(deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub extra_enabled: Vec<ExtraProtection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<ProtectionConfig>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProtectionConfig {
    #[serde(rename = "PodsWithPVC", skip_serializing_if = "Option::is_none")]
    pub pods_with_pvc: Option<PvcProtection>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PvcProtection {
    #[serde(deserialize_with = "or_default")]
    pub protected_storage_classes: Vec<StorageClass>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct StorageClass {
    pub name: String,
}

impl EvictorArgs {
    /// Their keys, as a policy has them.
    pub(super) const KEYS: [&str; 7] = [
        "nodeFit",
        "nodeSelector",
        "labelSelector",
        "minReplicas",
        "minPodAge",
        "priorityThreshold",
        POD_PROTECTIONS,
    ];

    /// Protections that are on by default and taken off, as flags or by name.
    pub fn default_disabled(&self) -> Vec<DefaultProtection> {
        let flags = [
            (
                self.evict_local_storage_pods,
                DefaultProtection::PodsWithLocalStorage,
            ),
            (self.evict_daemon_set_pods, DefaultProtection::DaemonSetPods),
            (
                self.evict_system_critical_pods,
                DefaultProtection::SystemCriticalPods,
            ),
            (
                self.evict_failed_bare_pods,
                DefaultProtection::FailedBarePods,
            ),
        ];
        let named = self.pod_protections.iter();
        let named = named.flat_map(|protections| &protections.default_disabled);
        set(flags).chain(named.copied()).collect()
    }

    /// Protections that are off by default and put on.
    pub fn extra_enabled(&self) -> Vec<ExtraProtection> {
        let flags = [
            (self.ignore_pvc_pods, ExtraProtection::PodsWithPvc),
            (
                self.ignore_pods_without_pdb,
                ExtraProtection::PodsWithoutPdb,
            ),
        ];
        let named = self.pod_protections.iter();
        let named = named.flat_map(|protections| &protections.extra_enabled);
        set(flags).chain(named.copied()).collect()
    }

    pub(super) fn has_flags(&self) -> bool {
        let flags = [
            self.evict_local_storage_pods,
            self.evict_daemon_set_pods,
            self.evict_system_critical_pods,
            self.evict_failed_bare_pods,
            self.ignore_pvc_pods,
            self.ignore_pods_without_pdb,
        ];
        flags.contains(&Some(true))
    }

    /// The storage classes whose claims are protected; empty where it is all of them, or none.
    pub fn protected_storage_classes(&self) -> Vec<String> {
        let config = self
            .pod_protections
            .as_ref()
            .and_then(|protections| protections.config.as_ref()?.pods_with_pvc.as_ref());
        let classes = config.map_or(&[][..], |config| &config.protected_storage_classes);
        classes.iter().map(|class| class.name.clone()).collect()
    }
}

/// Those whose flag is set.
fn set<T>(flags: impl IntoIterator<Item = (Option<bool>, T)>) -> impl Iterator<Item = T> {
    let flags = flags.into_iter();
    flags.filter_map(|(is_set, protection)| is_set.unwrap_or(false).then_some(protection))
}
