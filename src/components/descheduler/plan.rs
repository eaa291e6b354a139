//! The descheduler, as it is planned.

use serde::Serialize;

use crate::components::controller::{Chart, ContainerResources};
use crate::config::{DefaultProtection, ExtraProtection};
use crate::plan::Placement;
use crate::values::{Duration, Limit, Version};

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descheduler {
    pub namespace: String,
    pub version: Version,
    pub image: String,
    pub chart: Chart,
    pub resources: ContainerResources,
    pub placement: Placement,
    pub interval: Duration,
    pub profile_name: String,
    pub namespaces: Namespaces,
    pub evictor: Evictor,
    pub limits: Limits,
}

/// In which namespaces pods are moved.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Namespaces {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Evictor {
    pub node_fit: bool,
    pub node_selector: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_replicas: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min_pod_age: Option<Duration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority_threshold: Option<PriorityThreshold>,
    pub default_disabled: Vec<DefaultProtection>,
    pub extra_enabled: Vec<ExtraProtection>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub protected_storage_classes: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PriorityThreshold {
    Name(String),
    Value(i64),
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    pub total: Limit,
    pub per_node: Limit,
    pub per_namespace: Limit,
}
