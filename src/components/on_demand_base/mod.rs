//! A second workload that keeps a number of pods on on-demand.

mod objects;
mod of_one_object;
mod own_pods;
mod section;

use super::alike::unlike;
use super::{Component, Makes};

pub(super) const COMPONENT: Component = Component {
    name: "on-demand-base",
    summary: "a second Deployment on on-demand for each workload with `onDemandBase`",
    validate: None,
    makes: Makes::ObjectEach(objects::build, unlike),
    reads_workloads: true,
    chart: None,
    section: Some(section::section),
    image: None,
    own_arguments: &[],
    config_map: None,
    values: None,
    observe: None,
};
