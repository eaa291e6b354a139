use indexmap::IndexMap;
#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::autoscaler::Autoscaler;
use super::check::Check;
use super::classes::Class;
use super::cluster::{Cluster, ProviderName};
use super::descheduler::Descheduler;
use super::labels::Labels;
use super::monitoring::Monitoring;
use super::node_pools::NodePool;
use super::overprovisioner::{Overprovisioner, ProportionalAutoscaler};
use super::simulation::Simulation;
use super::termination_handler::TerminationHandler;
use super::workload::{self, Workload};
#[cfg(test)]
use super::workloads::WrittenWorkload;
use super::workloads::{ClassRule, CustomKind};
use crate::values::{AnnotationKey, DnsLabel, SortedMap, Version};

/// The configuration of spotgen: everything it needs to run production workloads on Spot VMs.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotConfig {
    /// Version of the configuration format. Always `spotgen.dev/v1alpha1`.
    pub api_version: ApiVersion,
    /// Always `SpotConfig`.
    pub kind: ConfigKind,
    /// Name of the configuration. Example: `{name: production}`.
    pub metadata: Metadata,
    /// The cluster, the workloads and the components to install.
    pub spec: Spec,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum ApiVersion {
    #[serde(rename = "spotgen.dev/v1alpha1")]
    V1Alpha1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema), schemars(inline))]
pub enum ConfigKind {
    SpotConfig,
}

/// Name of the configuration.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// Value of the label `app.kubernetes.io/part-of` of every generated object. Use the label to list or prune them.
    /// Example: `production`.
    pub name: DnsLabel,
}

/// The system: the node pools, the workloads, and the controllers that keep the workloads on Spot.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// The platform of the cluster: `aks`, `eks`, `gke`, or `generic` for any other. It decides Spot labels, taints,
    /// names of node groups and the length of the eviction notice. Example: `aks`.
    pub provider: ProviderName,
    /// Name and version of the cluster. Default: the defaults of its keys. Example: `{name: prod-1, resourceGroup:
    /// rg-prod}`.
    #[serde(default)]
    pub cluster: Option<Cluster>,
    /// The node pools that the workloads run on and fail over to. Default: none. Example: `[{name: spot1, capacity:
    /// Spot}]`.
    #[serde(default)]
    pub node_pools: Vec<NodePool>,
    /// The order in which the cluster autoscaler scales up node pools, and its profile. Default: the defaults of its
    /// keys. Example: `{expander: priority}`.
    #[serde(default)]
    pub autoscaler: Option<Autoscaler>,
    /// Named sets of Spot settings for workloads. Workloads without a class use the built-in class `default`. A class
    /// named `default` here replaces the built-in one. Default: the built-in class only. Example: `{pinned: {placement:
    /// {spot: Never}}}`.
    #[serde(default)]
    pub classes: IndexMap<DnsLabel, Class>,
    /// The class of listed workloads without a `class`. Default: `default`. Example: `pinned`.
    #[serde(default)]
    pub default_class: Option<DnsLabel>,
    /// The workloads to run on Spot. Default: none. Example: `[{name: web, namespace: shop}]`.
    #[serde(default, deserialize_with = "workload::list")]
    #[cfg_attr(test, schemars(with = "Vec<WrittenWorkload>"))]
    pub workloads: Vec<Workload>,
    /// Rules that choose the class of workloads that are in manifests (`--from`) but not in `workloads`. The first rule
    /// that matches wins. Default: none. Example: `[{match: {namespaces: ["shop-*"]}, class: default}]`.
    #[serde(default)]
    pub class_rules: Vec<ClassRule>,
    /// Further kinds of workloads that `spotgen patch` adds placement to, besides those of Kubernetes and of the operators
    /// that spotgen knows (`docs/patch.md` lists them). Default: none.
    /// Example: `[{group: example.com, kind: Engine, podSpec: spec.template.spec}]`.
    #[serde(default)]
    pub custom_kinds: Vec<CustomKind>,
    /// The overprovisioner: low-priority placeholder pods that reserve headroom. Default: the defaults of its keys.
    /// Example: `{placeholders: []}`.
    #[serde(default)]
    pub overprovisioner: Option<Overprovisioner>,
    /// The cluster-proportional-autoscalers that scale placeholders. Default: the defaults of its keys. Example:
    /// `{namespace: kube-system}`.
    #[serde(default)]
    pub proportional_autoscaler: Option<ProportionalAutoscaler>,
    /// The descheduler, which moves pods back to Spot (failback). Default: the defaults of its keys, if there is a
    /// workload to move: one that prefers Spot and is not a Job. Example: `{interval: 10m}`.
    #[serde(default)]
    pub descheduler: Option<Descheduler>,
    /// The node termination handler, which drains a node before Azure evicts it. Default: the defaults of its keys.
    /// Example: `{enabled: false}`.
    #[serde(default)]
    pub termination_handler: Option<TerminationHandler>,
    /// Monitoring of failover and failback: scraping, alerts and a dashboard. Default: no monitoring. Example: `{enabled:
    /// true}`.
    #[serde(default)]
    pub monitoring: Option<Monitoring>,
    /// Labels of every generated object. They are not added to selectors or pod templates, so they can change later.
    /// Default: none. Example: `{example.com/team: platform}`.
    #[serde(default)]
    pub common_labels: Labels,
    /// Annotations of every generated object. Default: none. Example: `{example.com/owner: platform@example.com}`.
    #[serde(default)]
    pub common_annotations: SortedMap<AnnotationKey, String>,
    /// Findings of the checks to accept. Default: none. Example: `{allow: [{rule: no-catch-all, reason: pools never
    /// change}]}`.
    #[serde(default)]
    pub check: Option<Check>,
    /// Scenarios and objectives of `spotgen simulate`. Default: the built-in scenarios, without objectives. Example:
    /// `{objectives: {failoverWithin: 3m}}`.
    #[serde(default)]
    pub simulation: Option<Simulation>,
}

impl Spec {
    /// The declared Kubernetes version, if any.
    pub fn kubernetes_version(&self) -> Option<Version> {
        self.cluster.as_ref()?.kubernetes_version
    }
}
