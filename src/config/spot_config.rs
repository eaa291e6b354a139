use indexmap::IndexMap;
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
use super::termination_handler::TerminationHandler;
use super::workloads::{ClassRule, CustomKind, Workload};
use crate::values::{AnnotationKey, DnsLabel, SortedMap, Version};

/// Everything that spotgen needs to know to run production workloads on Spot VMs, written once.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SpotConfig {
    /// The version of this format.
    pub api_version: ApiVersion,
    /// Always `SpotConfig`.
    pub kind: ConfigKind,
    pub metadata: Metadata,
    pub spec: Spec,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum ApiVersion {
    #[serde(rename = "spotgen.dev/v1alpha1")]
    V1Alpha1,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[schemars(inline)]
pub enum ConfigKind {
    SpotConfig,
}

/// What the configuration is called.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Metadata {
    /// Becomes the label `app.kubernetes.io/part-of` of every object, by which they can be listed and pruned.
    pub name: DnsLabel,
}

/// The system: the cloud's side, the workloads, and the controllers that keep them on Spot.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spec {
    /// Whose cluster it is. It decides Spot labels, taints, node-group names and the length of the notice.
    pub provider: ProviderName,
    #[serde(default)]
    pub cluster: Option<Cluster>,
    /// The node pools that matter for Spot: those that workloads run on and fail over to.
    #[serde(default)]
    pub node_pools: Vec<NodePool>,
    #[serde(default)]
    pub autoscaler: Option<Autoscaler>,
    /// Named ways of running on Spot. The built-in class `default` serves workloads that name none; naming a class
    /// `default` here replaces it.
    #[serde(default)]
    pub classes: IndexMap<DnsLabel, Class>,
    /// The class of workloads that name none. Default: `default`.
    #[serde(default)]
    pub default_class: Option<DnsLabel>,
    /// The workloads to keep on Spot.
    #[serde(default)]
    pub workloads: Vec<Workload>,
    /// Classes for workloads that are found in manifests and not listed; the first that matches counts.
    #[serde(default)]
    pub class_rules: Vec<ClassRule>,
    /// Kinds beside those of Kubernetes that `spotgen patch` places.
    #[serde(default)]
    pub custom_kinds: Vec<CustomKind>,
    #[serde(default)]
    pub overprovisioner: Option<Overprovisioner>,
    #[serde(default)]
    pub proportional_autoscaler: Option<ProportionalAutoscaler>,
    #[serde(default)]
    pub descheduler: Option<Descheduler>,
    #[serde(default)]
    pub termination_handler: Option<TerminationHandler>,
    #[serde(default)]
    pub monitoring: Option<Monitoring>,
    /// Labels for every object. They enter no selector and no pod template, so that they can change later.
    #[serde(default)]
    pub common_labels: Labels,
    /// Annotations for every object.
    #[serde(default)]
    pub common_annotations: SortedMap<AnnotationKey, String>,
    #[serde(default)]
    pub check: Option<Check>,
}

impl Spec {
    /// The version of Kubernetes, where it is said.
    pub fn kubernetes_version(&self) -> Option<Version> {
        self.cluster.as_ref()?.kubernetes_version
    }
}
