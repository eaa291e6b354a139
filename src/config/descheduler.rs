#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Chart, LabelSelector, Placement, Resources};
use crate::values::{DnsLabel, DnsSubdomain, Duration, Image, Int, Limit, NodeLabels, Version};

/// The descheduler, which moves pods back to Spot when Spot capacity returns (failback).
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Descheduler {
    /// Whether to install it. Default: true. Without this section, only if a workload prefers Spot and is not a Job.
    /// Example: `false`.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Namespace of the descheduler. Default: `kube-system`. Example: `descheduler`.
    #[serde(default)]
    pub namespace: Option<DnsLabel>,
    /// Version of the descheduler. It decides which settings the policy supports. Default: 0.36.0. Example:
    /// `"0.36.0"`.
    #[serde(default)]
    pub version: Option<Version>,
    /// Container image of the descheduler. Default: `registry.k8s.io/descheduler/descheduler` with the tag of
    /// `version`. Example: `registry.example.com/descheduler:v0.36.0`.
    #[serde(default)]
    pub image: Option<Image>,
    /// Upstream Helm chart, for the Helm formats. Default: the version of the descheduler, from
    /// `https://kubernetes-sigs.github.io/descheduler/`. Example: `{version: 0.36.0, repository:
    /// "oci://registry.example.com/charts"}`.
    #[serde(default)]
    pub chart: Option<Chart>,
    /// Requests and limits of the container. Default: 500m CPU and 256Mi memory, for both. Example: `{limits: {cpu:
    /// "1", memory: 512Mi}}`.
    #[serde(default)]
    pub resources: Option<Resources>,
    /// Where the descheduler itself runs. Default: `{spot: Never}`, so that it survives the loss of all Spot nodes.
    /// Example: `{spot: Tolerated}`.
    #[serde(default)]
    pub placement: Option<Placement>,
    /// Time from the start of one round to the start of the next. Default: 1m; before descheduler 0.31, which has neither
    /// `limits.total` nor `minPodAge`, 5m. Example: `5m`.
    #[serde(default)]
    pub interval: Option<Duration>,
    /// Name of the profile in the descheduler's policy. Default: `spot-failback`. Example: `failback`.
    #[serde(default)]
    pub profile_name: Option<String>,
    /// Namespaces whose pods may be moved: set `include` or `exclude`, not both. `{}` means all namespaces. Default:
    /// the namespaces of the workloads that prefer Spot and are not Jobs; without such a workload, all but
    /// `kube-system`. Example: `{include: [shop]}`.
    #[serde(default)]
    pub namespaces: Option<Namespaces>,
    /// Which pods may be evicted. Default: the defaults of its keys. Example: `{minPodAge: 15m}`.
    #[serde(default)]
    pub evictor: Option<Evictor>,
    /// How many pods one round may evict. Default: the defaults of its keys. Example: `{total: 5}`.
    #[serde(default)]
    pub limits: Option<Limits>,
}

/// Namespaces whose pods may be moved.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Namespaces {
    /// Only pods in these namespaces may be moved. Default: not set. Example: `[shop, payments]`.
    #[serde(default)]
    pub include: Option<Vec<DnsLabel>>,
    /// Pods in all namespaces but these may be moved. Default: not set. Example: `[kube-system]`.
    #[serde(default)]
    pub exclude: Option<Vec<DnsLabel>>,
}

/// Which pods may be evicted: the arguments of the descheduler's plugin `DefaultEvictor`.
/// Source: kubernetes-sigs/descheduler `pkg/framework/plugins/defaultevictor/types.go`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Evictor {
    /// Evict a pod only if it fits on another node, among those that `nodeSelector` selects. Default: true. Example:
    /// `false`.
    #[serde(default)]
    pub node_fit: Option<bool>,
    /// Label selector of the nodes that `nodeFit` considers. `""` means all nodes. Default: the Spot nodes. Example:
    /// `kubernetes.azure.com/scalesetpriority=spot`.
    #[serde(default)]
    pub node_selector: Option<NodeLabels>,
    /// Evict only pods with these labels. `{}` means all pods. Default: all but the pods of Jobs, which would lose their
    /// work. Example: `{matchExpressions: [{key: batch.kubernetes.io/job-name, operator: DoesNotExist}]}`.
    #[serde(default)]
    pub label_selector: Option<LabelSelector>,
    /// Do not evict pods of workloads with fewer replicas. It has an effect from 2 on. Needs descheduler 0.30. Default:
    /// not set. Example: `2`.
    #[serde(default)]
    pub min_replicas: Option<Int<0, 100_000>>,
    /// Do not evict younger pods. `0s` means any age. Needs descheduler 0.31. Default: 10m from that version on.
    /// Example: `15m`.
    #[serde(default)]
    pub min_pod_age: Option<Duration>,
    /// Do not evict pods of this priority or above: set `name` or `value`, not both. Default: not set. Example:
    /// `{value: 10000}`.
    #[serde(default)]
    pub priority_threshold: Option<PriorityThreshold>,
    /// Which kinds of pods are protected from eviction. Default: the defaults of its keys. Example: `{extraEnabled:
    /// [PodsWithPVC]}`.
    #[serde(default)]
    pub pod_protections: Option<PodProtections>,
}

/// A priority, as the name of a priority class or as a number.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PriorityThreshold {
    /// Name of a `PriorityClass`. Default: not set. `name` or `value` is required. Example: `business-critical`.
    #[serde(default)]
    pub name: Option<DnsSubdomain>,
    /// The priority as a number. Default: not set. `name` or `value` is required. Example: `10000`.
    #[serde(default)]
    pub value: Option<Int<-2_147_483_648, 2_000_000_000>>,
}

/// Which kinds of pods are protected from eviction, by the descheduler's own names.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PodProtections {
    /// Protections to switch off that the descheduler has on by default: `PodsWithLocalStorage`, `SystemCriticalPods`,
    /// `FailedBarePods` or `DaemonSetPods` (from descheduler 0.30 on). `[]` switches none off. Default:
    /// `[PodsWithLocalStorage]`. Example: `[PodsWithLocalStorage, FailedBarePods]`.
    #[serde(default)]
    pub default_disabled: Option<Vec<DefaultProtection>>,
    /// Protections to switch on that the descheduler has off by default: `PodsWithPVC`, or `PodsWithResourceClaims`
    /// (from descheduler 0.34 on). `PodsWithoutPDB` is refused: it stops every eviction. `[]` switches none on.
    /// Default: `[PodsWithPVC]`. Example: `[PodsWithPVC, PodsWithResourceClaims]`.
    #[serde(default)]
    pub extra_enabled: Option<Vec<ExtraProtection>>,
    /// Settings of single protections. Needs descheduler 0.35. Default: none. Example: `{PodsWithPVC:
    /// {protectedStorageClasses: [{name: managed-csi}]}}`.
    #[serde(default)]
    pub config: Option<ProtectionConfig>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum DefaultProtection {
    PodsWithLocalStorage,
    SystemCriticalPods,
    FailedBarePods,
    DaemonSetPods,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum ExtraProtection {
    #[serde(rename = "PodsWithPVC")]
    PodsWithPvc,
    #[serde(rename = "PodsWithoutPDB")]
    PodsWithoutPdb,
    PodsWithResourceClaims,
}

/// Settings of single protections.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProtectionConfig {
    /// Limits `PodsWithPVC` to claims of some storage classes. Default: all claims are protected. Example:
    /// `{protectedStorageClasses: [{name: managed-csi}]}`.
    #[serde(rename = "PodsWithPVC", default)]
    pub pods_with_pvc: Option<PvcProtection>,
}

/// Protects only pods whose volume claims use one of these storage classes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PvcProtection {
    /// The storage classes. Default: none, so all claims are protected. Example: `[{name: managed-csi}]`.
    #[serde(default)]
    pub protected_storage_classes: Vec<ProtectedStorageClass>,
}

/// A storage class, by name.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProtectedStorageClass {
    /// Name of the `StorageClass`. Example: `managed-csi`.
    pub name: DnsSubdomain,
}

/// The largest number of pods that one round may evict.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Most evictions per round in the whole cluster, or `Unlimited`. A number needs descheduler 0.31. Default: as many
    /// as bring the usual replicas of all workloads that prefer Spot and are not Jobs back in an hour with this
    /// `interval`, a sixtieth with 1m, rounded up, at least 1; before descheduler 0.31, `Unlimited`. Example: `5`.
    #[serde(default)]
    pub total: Option<Limit>,
    /// Most evictions per round from one node, or `Unlimited`. Default: `Unlimited`. Example: `2`.
    #[serde(default)]
    pub per_node: Option<Limit>,
    /// Most evictions per round from one namespace, or `Unlimited`. Default: `Unlimited`. Example: `3`.
    #[serde(default)]
    pub per_namespace: Option<Limit>,
}
