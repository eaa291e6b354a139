//! Placeholder pods of low priority: they hold room for others, and each pending one brings a node up.

pub(crate) mod chart;
mod headroom;
pub(crate) mod objects;
mod observe;
mod resolve;
mod validate;

use super::chart::Chart as UpstreamChart;
use super::{Component, Makes};
use serde::Serialize;

use super::controller::Chart;
use super::proportional_autoscaler::Scaling;
use crate::config::PlaceholderSpread;
use crate::kubernetes::{Resources, Toleration};

pub(super) use headroom::{growth, left_out, scaled};
pub(super) use objects::build;
pub use objects::placeholder_labels;
pub(super) use observe::put;
pub(super) use resolve::resolve;
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "overprovisioner",
    summary: "placeholder pods that hold room and bring nodes up",
    validate: Some(validate),
    makes: Makes::Objects(build),
    chart: Some(UpstreamChart {
        inside: chart::inside,
        alone: chart::alone,
    }),
    observe: Some(put),
};

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overprovisioner {
    pub namespace: String,
    pub create_namespace: bool,
    pub name: String,
    pub image: String,
    pub chart: Chart,
    pub placeholders: Vec<Placeholder>,
}

impl Overprovisioner {
    /// The name of a placeholder's `Deployment`.
    pub fn deployment(&self, placeholder: &Placeholder) -> String {
        format!("{}-{}", self.name, placeholder.name)
    }
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Placeholder {
    pub name: String,
    pub target: Target,
    /// None where `scaling` drives them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    pub requests: Resources,
    pub priority_class: PriorityClass,
    pub spread: PlaceholderSpread,
    pub tolerations: Vec<Toleration>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scaling: Option<Scaling>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PriorityClass {
    pub name: String,
    pub value: i32,
}

/// The nodes that placeholders are pinned to, or that are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Target {
    /// Every Spot node.
    Spot,
    /// The nodes of these pools.
    Pools(Vec<String>),
}
