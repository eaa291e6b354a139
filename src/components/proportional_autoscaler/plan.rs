//! Proportional autoscalers, as they are planned.

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
    /// How many placeholders there are to be where this autoscaler is left out.
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
    /// The least that it makes, and one at least: none would bring nothing.
    pub fn least(&self) -> i64 {
        let least = match self {
            Self::Linear(linear) => linear.min.map(Int::get),
            // Of the two lists the one that gives more counts.
            Self::Ladder(ladder) => [&ladder.cores_to_replicas, &ladder.nodes_to_replicas]
                .into_iter()
                .filter_map(|steps| Some(steps.first()?[1].get()))
                .max(),
        };
        least.unwrap_or(1).max(1)
    }
}
