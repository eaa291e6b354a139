//! Placeholder pods of low priority: they reserve capacity for other pods, and each Pending one triggers a scale-up.

pub(crate) mod added;
pub(crate) mod chart;
mod explain;
pub(crate) mod fits;
pub(crate) mod gain;
mod headroom;
pub(crate) mod kept;
pub(crate) mod objects;
mod observe;
mod plan;
pub(crate) mod pools;
mod priority_class;
pub(crate) mod refuge;
mod resolve;
mod section;
mod target;
mod validate;
mod values;

use super::chart::Chart;
use super::{Component, Makes};

pub(super) use headroom::{growth, left_out, scaled};
pub(super) use objects::build;
pub use objects::placeholder_labels;
pub(super) use observe::observe;
pub(crate) use plan::{Overprovisioner, Placeholder, PriorityClass};
pub(crate) use resolve::default_class;
pub(super) use resolve::resolve;
pub(crate) use target::Target;
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "overprovisioner",
    summary: "placeholder pods that reserve capacity and trigger scale-ups",
    validate: Some(validate),
    makes: Makes::Objects(build),
    reads_workloads: true,
    chart: Some(Chart {
        name: chart::CHART,
        inside: chart::inside,
        alone: chart::alone,
    }),
    section: Some(section::section),
    image: Some("pause"),
    own_arguments: &[],
    config_map: None,
    values: Some(values::CHART),
    observe: Some(observe),
};
