//! The overprovisioner, as it is planned.

use serde::Serialize;

use crate::components::controller::Chart;
use crate::components::proportional_autoscaler::Scaling;
use crate::config::PlaceholderSpread;
use crate::kubernetes::{Resources, Toleration};
use crate::plan::{NodePool, Plan};

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

impl Target {
    /// The pools that are meant.
    pub fn pools<'p>(&'p self, plan: &'p Plan) -> impl Iterator<Item = &'p NodePool> {
        plan.node_pools.iter().filter(move |pool| match self {
            Self::Spot => pool.is_spot(),
            Self::Pools(names) => names.contains(&pool.name),
        })
    }
}
