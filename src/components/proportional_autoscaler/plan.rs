//! The planned proportional autoscalers.

use serde::Serialize;

use crate::components::controller::ContainerResources;
use crate::components::overprovisioner::Target;
use crate::config::{Ladder, Linear};
use crate::values::Int;

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProportionalAutoscaler {
    pub namespace: String,
    pub create_namespace: bool,
    pub image: String,
    pub resources: ContainerResources,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Scaling {
    pub name: String,
    pub config_map: String,
    pub counting: Target,
    pub control: Control,
    /// The number of placeholders if this autoscaler is skipped.
    pub unscaled: i32,
}

/// The autoscaler's own parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Control {
    Linear(Linear),
    Ladder(Ladder),
}

impl Control {
    /// The minimum number of replicas, at least 1: without a replica no node is added.
    pub fn least(&self) -> i64 {
        let least = match self {
            Self::Linear(linear) => linear.min.map(Int::get),
            // The list that gives more replicas counts.
            Self::Ladder(ladder) => [&ladder.cores_to_replicas, &ladder.nodes_to_replicas]
                .into_iter()
                .filter_map(|steps| Some(steps.first()?[1].get()))
                .max(),
        };
        least.unwrap_or(1).max(1)
    }
}
