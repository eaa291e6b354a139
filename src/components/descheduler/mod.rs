//! The descheduler: moves pods back to Spot when it returns.

pub(crate) mod chart;
pub(crate) mod failback_time;
pub(crate) mod objects;
mod observe;
pub(crate) mod policy;
pub(crate) mod reach;
mod resolve;
mod validate;

use super::chart::Chart as UpstreamChart;
use super::{Component, Makes};
use serde::Serialize;

use super::controller::{Chart, ContainerResources};
use crate::config::{DefaultProtection, ExtraProtection};
use crate::plan::Placement;
use crate::values::{Duration, Limit, Version};

pub(super) use objects::build;
pub use observe::InstalledPolicy;
pub(crate) use observe::is_policy;
pub(super) use observe::put;
pub(super) use resolve::{left_out, resolve};
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "descheduler",
    summary: "moves pods back to Spot when it returns",
    validate: Some(validate),
    makes: Makes::Objects(build),
    chart: Some(UpstreamChart {
        inside: chart::release,
        alone: |plan| chart::release(plan).into_iter().collect(),
    }),
    observe: Some(put),
};

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
