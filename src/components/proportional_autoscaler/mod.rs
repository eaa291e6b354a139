//! A cluster-proportional-autoscaler for each scaled placeholder.

mod explain;
pub(crate) mod objects;
mod observe;
mod parameters;
mod plan;
mod resolve;
mod section;
mod values;

use super::{Component, Makes};

pub(super) use objects::build;
pub(crate) use observe::{InstalledParameters, Scaler};
pub(crate) use observe::{is_parameters, is_target, read};
pub(crate) use parameters::{LADDER, LINEAR};
pub(crate) use plan::{Control, ProportionalAutoscaler, Scaling};
pub(crate) use resolve::leave_out;
pub(super) use resolve::resolve;

pub(super) const COMPONENT: Component = Component {
    name: "proportional-autoscaler",
    summary: "scales placeholders with the cluster",
    validate: None,
    makes: Makes::Objects(build),
    reads_workloads: true,
    chart: None,
    section: Some(section::section),
    image: Some("cluster-proportional-autoscaler"),
    own_arguments: &["default-params"],
    config_map: Some(|_, data| data.iter().any(|(key, _)| is_parameters(key))),
    values: Some(values::CHART),
    observe: None,
};
