//! A cluster-proportional-autoscaler for each scaled placeholder.

pub(crate) mod objects;
mod observe;
mod parameters;
mod resolve;

use super::{Component, Makes};
use serde::Serialize;

use super::controller::ContainerResources;
use super::overprovisioner::Target;
use crate::values::Int;

pub(super) use objects::build;
pub use observe::{InstalledParameters, Scaler};
pub(crate) use observe::{is_parameters, read};
pub(crate) use parameters::{LADDER, LINEAR};
pub use resolve::leave_out;
pub(super) use resolve::resolve;

pub(super) const COMPONENT: Component = Component {
    name: "proportional-autoscaler",
    summary: "scales placeholders with the cluster",
    validate: None,
    makes: Makes::Objects(build),
    chart: None,
    observe: None,
};

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProportionalAutoscaler {
    pub namespace: String,
    pub create_namespace: bool,
    pub image: String,
    pub resources: ContainerResources,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Scaling {
    pub name: String,
    pub config_map: String,
    pub counting: Target,
    pub control: Control,
    /// How many placeholders there are to be where this autoscaler is left out.
    #[serde(skip)]
    pub otherwise: i32,
}

/// The autoscaler's own parameters.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Control {
    Linear(crate::config::Linear),
    Ladder(crate::config::Ladder),
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
