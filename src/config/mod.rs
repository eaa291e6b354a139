//! What a user may write, one file a section. The doc comments become the descriptions of the JSON schema.

mod autoscaler;
mod check;
mod classes;
mod cluster;
mod descheduler;
pub mod fields;
mod monitoring;
mod node_pools;
mod one_of;
mod overprovisioner;
pub(crate) mod pointers;
mod resources;
mod schema;
mod termination_handler;
mod workloads;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use autoscaler::{Autoscaler, Expander, Priority, ProfilePreset, ProfileValue};
pub use check::{Allowance, Check};
pub use classes::{
    BudgetSpec, Class, DisruptionBudget, Off, Placement, Spot, Spread, SpreadMethod, SpreadOver,
    SpreadSpec, UnhealthyPodEvictionPolicy, WhenUnsatisfiable,
};
pub use cluster::{Cluster, ProviderName};
pub use descheduler::{
    DefaultProtection, Descheduler, Evictor, ExtraProtection, Limits, Namespaces, PodProtections,
    PriorityThreshold, ProtectedStorageClass, ProtectionConfig, PvcProtection,
};
pub use monitoring::Monitoring;
pub use node_pools::{Capacity, EvictionPolicy, Mode, NodePool, NodeRange, OsType, SpotVm};
pub use overprovisioner::{
    Counting, Ladder, Linear, Overprovisioner, Placeholder, PlaceholderSpread, PriorityClassRef,
    ProportionalAutoscaler, Scaling,
};
pub use resources::{Chart, ResourceList, Resources};
pub use schema::{SCHEMA_PATH, committed_schema, generate_schema};
pub use termination_handler::TerminationHandler;
pub use workloads::{Autoscaling, ClassRule, CustomKind, Kind, Match, Workload};

use crate::values::{AnnotationKey, DnsLabel, LabelKey, LabelValue, SortedMap, Version};

/// Labels in alphabetical order.
pub type Labels = SortedMap<LabelKey, LabelValue>;

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
