use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Chart, Placement, Resources};
use crate::values::{DnsLabel, DnsSubdomain, Duration, Image, Int, Limit, NodeLabels, Version};

/// Moves pods back to Spot when it returns (failback).
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Descheduler {
    /// Whether it is made at all. Default: true; without this section, only where a workload prefers Spot.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Default: `kube-system`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// The descheduler's version; it decides what the policy may say. Default: 0.36.0.
    #[serde(default)]
    pub version: Option<Version>,
    /// Default: the release image of `version`.
    #[serde(default)]
    pub image: Option<Image>,
    #[serde(default)]
    pub chart: Option<Chart>,
    #[serde(default)]
    pub resources: Option<Resources>,
    /// Where the descheduler itself runs. Default: `spot: Never`, for it must outlive the loss of all Spot.
    #[serde(default)]
    pub placement: Option<Placement>,
    /// From the start of one round to the start of the next. Default: 5m.
    #[serde(default)]
    pub interval: Option<Duration>,
    /// The policy's profile. Default: `spot-failback`.
    #[serde(default)]
    pub profile_name: Option<String>,
    /// Where pods are moved: `include` or `exclude`. Default: the namespaces of the workloads that prefer Spot, or all
    /// but `kube-system` where there is none; `{}` means everywhere.
    #[serde(default)]
    pub namespaces: Option<Namespaces>,
    #[serde(default)]
    pub evictor: Option<Evictor>,
    #[serde(default)]
    pub limits: Option<Limits>,
}

/// Namespaces in which pods are moved, or not moved.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Namespaces {
    #[serde(default)]
    pub include: Option<Vec<DnsLabel>>,
    #[serde(default)]
    pub exclude: Option<Vec<DnsLabel>>,
}

/// Which pods may be evicted: the arguments of the plugin `DefaultEvictor`.
/// Source: kubernetes-sigs/descheduler `pkg/framework/plugins/defaultevictor/types.go`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evictor {
    /// Evict only what fits on another node that `nodeSelector` selects. Default: true.
    #[serde(default)]
    pub node_fit: Option<bool>,
    /// The nodes that `nodeFit` looks at. Default: the Spot nodes; "" means all nodes.
    #[serde(default)]
    pub node_selector: Option<NodeLabels>,
    /// Leave workloads with fewer pods alone; it acts from 2 on.
    #[serde(default)]
    pub min_replicas: Option<Int<0, 100_000>>,
    /// Leave younger pods alone. Default: 10m. Since descheduler 0.31.
    #[serde(default)]
    pub min_pod_age: Option<Duration>,
    /// Leave pods of this priority and above alone: `name` or `value`.
    #[serde(default)]
    pub priority_threshold: Option<PriorityThreshold>,
    #[serde(default)]
    pub pod_protections: Option<PodProtections>,
}

/// A priority, by the name of its class or as a number.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriorityThreshold {
    #[serde(default)]
    pub name: Option<DnsSubdomain>,
    #[serde(default)]
    pub value: Option<Int<-2_147_483_648, 2_000_000_000>>,
}

/// Which kinds of pods are protected from eviction, named as the descheduler names them.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodProtections {
    /// Protections that are on by default and taken off here. Default: `[PodsWithLocalStorage]`.
    #[serde(default)]
    pub default_disabled: Option<Vec<DefaultProtection>>,
    /// Protections that are off by default and put on here. Default: `[PodsWithPVC]`.
    #[serde(default)]
    pub extra_enabled: Option<Vec<ExtraProtection>>,
    #[serde(default)]
    pub config: Option<ProtectionConfig>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum DefaultProtection {
    PodsWithLocalStorage,
    SystemCriticalPods,
    FailedBarePods,
    DaemonSetPods,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum ExtraProtection {
    #[serde(rename = "PodsWithPVC")]
    PodsWithPvc,
    #[serde(rename = "PodsWithoutPDB")]
    PodsWithoutPdb,
    PodsWithResourceClaims,
}

/// More about single protections.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProtectionConfig {
    #[serde(rename = "PodsWithPVC", default)]
    pub pods_with_pvc: Option<PvcProtection>,
}

/// Protect only pods whose claims are of these storage classes.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PvcProtection {
    #[serde(default)]
    pub protected_storage_classes: Vec<ProtectedStorageClass>,
}

/// A storage class by its name.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProtectedStorageClass {
    pub name: DnsSubdomain,
}

/// How many pods one round evicts at most.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// In all. Default: a twelfth of the workloads' replicas, at least one. Since descheduler 0.31.
    #[serde(default)]
    pub total: Option<Limit>,
    /// From one node. Default: `Unlimited`.
    #[serde(default)]
    pub per_node: Option<Limit>,
    /// From one namespace. Default: `Unlimited`.
    #[serde(default)]
    pub per_namespace: Option<Limit>,
}
