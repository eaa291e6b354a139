//! How many pods of a workload may be evicted at once in a drain.

mod objects;
mod section;

use super::{Component, Makes};

pub(super) use objects::build;
pub(crate) use objects::object;

pub(super) const COMPONENT: Component = Component {
    name: "disruption-budgets",
    summary: "a PodDisruptionBudget for each workload",
    validate: None,
    makes: Makes::ObjectEach(build, objects::likeness),
    reads_workloads: true,
    chart: None,
    section: Some(section::section),
    image: None,
    own_arguments: &[],
    config_map: None,
    values: None,
    observe: None,
};
