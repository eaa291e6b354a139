//! Drains a node when Azure announces that it takes it away.

pub(crate) mod chart;
pub(crate) mod objects;
mod observe;
mod others;
mod plan;
mod resolve;
mod validate;

use super::chart::Chart;
use super::{Component, Makes};

pub(super) use objects::build;
pub(super) use observe::observe;
pub(crate) use others::others;
pub(crate) use plan::TerminationHandler;
pub(super) use resolve::resolve;
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "termination-handler",
    summary: "drains a node before Azure evicts it",
    validate: Some(validate),
    makes: Makes::Objects(build),
    reads_workloads: false,
    chart: Some(Chart {
        name: chart::CHART,
        inside: chart::release,
        alone: |system| chart::release(system).into_iter().collect(),
    }),
    section: None,
    image: Some("aks-node-termination-handler"),
    own_arguments: &[],
    config_map: None,
    values: None,
    observe: Some(observe),
};
