//! A policy as it is written. The policy itself may have unknown keys, the arguments of plugins must not.
//!
//! Source: kubernetes-sigs/descheduler v0.36.0 pkg/api/v1alpha2/types.go and pkg/framework/plugins/*/types.go. As in Go,
//! `null` is as good as nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::refused::Refused;
use crate::yaml::{self, Node};

/// Of the policy; arguments of plugins are read one by one.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawPolicy {
    pub(super) profiles: Option<Vec<Option<RawProfile>>>,
    pub(super) node_selector: Option<String>,
    pub(super) max_no_of_pods_to_evict_per_node: Option<u64>,
    pub(super) max_no_of_pods_to_evict_per_namespace: Option<u64>,
    pub(super) max_no_of_pods_to_evict_total: Option<u64>,
    pub(super) grace_period_seconds: Option<i64>,
    #[serde(rename = "evictionFailureEventNotification")]
    _notification: Option<bool>,
    #[serde(rename = "metricsCollector")]
    _collector: Option<Collector>,
    #[serde(rename = "metricsProviders")]
    _providers: Option<Vec<Option<BTreeMap<String, Json>>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Collector {
    #[serde(rename = "enabled")]
    _enabled: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct RawProfile {
    pub(super) name: Option<String>,
    pub(super) plugin_config: Option<Vec<Option<RawConfig>>>,
    pub(super) plugins: Option<RawPlugins>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawConfig {
    pub(super) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawPlugins {
    #[serde(rename = "presort")]
    _presort: Option<RawSet>,
    #[serde(rename = "sort")]
    _sort: Option<RawSet>,
    pub(super) deschedule: Option<RawSet>,
    pub(super) balance: Option<RawSet>,
    pub(super) filter: Option<RawSet>,
    #[serde(rename = "preevictionfilter")]
    pub(super) pre_eviction_filter: Option<RawSet>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RawSet {
    pub(super) enabled: Option<Vec<Option<String>>>,
    #[serde(rename = "disabled")]
    _disabled: Option<Vec<Option<String>>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawNamespaces {
    pub(super) include: Option<Vec<String>>,
    pub(super) exclude: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawSelector {
    pub(super) match_labels: Option<BTreeMap<String, Option<String>>>,
    pub(super) match_expressions: Option<Vec<RawExpression>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawExpression {
    pub(super) key: Option<String>,
    pub(super) operator: Option<String>,
    pub(super) values: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawNodeAffinity {
    #[serde(rename = "apiVersion")]
    _api_version: Option<String>,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    pub(super) namespaces: Option<RawNamespaces>,
    pub(super) label_selector: Option<RawSelector>,
    pub(super) node_affinity_type: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawNodeTaints {
    #[serde(rename = "apiVersion")]
    _api_version: Option<String>,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    pub(super) namespaces: Option<RawNamespaces>,
    pub(super) label_selector: Option<RawSelector>,
    pub(super) include_prefer_no_schedule: Option<bool>,
    pub(super) excluded_taints: Option<Vec<String>>,
    pub(super) included_taints: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawDuplicates {
    #[serde(rename = "apiVersion")]
    _api_version: Option<String>,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    pub(super) namespaces: Option<RawNamespaces>,
    pub(super) exclude_owner_kinds: Option<Vec<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawEvictor {
    #[serde(rename = "apiVersion")]
    _api_version: Option<String>,
    #[serde(rename = "kind")]
    _kind: Option<String>,
    pub(super) node_selector: Option<String>,
    pub(super) label_selector: Option<RawSelector>,
    pub(super) namespace_label_selector: Option<RawSelector>,
    pub(super) priority_threshold: Option<RawThreshold>,
    pub(super) node_fit: Option<bool>,
    pub(super) min_replicas: Option<u64>,
    pub(super) min_pod_age: Option<String>,
    pub(super) no_eviction_policy: Option<String>,
    pub(super) pod_protections: Option<RawProtections>,
    pub(super) evict_local_storage_pods: Option<bool>,
    pub(super) evict_daemon_set_pods: Option<bool>,
    pub(super) evict_system_critical_pods: Option<bool>,
    pub(super) ignore_pvc_pods: Option<bool>,
    #[serde(rename = "ignorePodsWithoutPDB")]
    pub(super) ignore_pods_without_pdb: Option<bool>,
    pub(super) evict_failed_bare_pods: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawThreshold {
    pub(super) value: Option<i32>,
    pub(super) name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawProtections {
    pub(super) extra_enabled: Option<Vec<String>>,
    pub(super) default_disabled: Option<Vec<String>>,
    pub(super) config: Option<RawProtectionConfig>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawProtectionConfig {
    #[serde(rename = "PodsWithPVC")]
    pub(super) claims: Option<RawClaims>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(super) struct RawClaims {
    pub(super) protected_storage_classes: Option<Vec<RawClass>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawClass {
    pub(super) name: Option<String>,
}

pub(super) fn decoded<'de, T: Deserialize<'de>>(node: &'de Node<'_>) -> Result<T, Refused> {
    yaml::decode(node).map_err(|error| Refused(error.to_string()))
}
