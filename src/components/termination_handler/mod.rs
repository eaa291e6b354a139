//! Drains a node when Azure announces that it takes it away.

pub(crate) mod chart;
pub(crate) mod notice;
pub(crate) mod objects;
mod observe;
mod resolve;
mod validate;

use super::chart::Chart as UpstreamChart;
use super::{Component, Makes};
use serde::Serialize;

use super::controller::{Chart, ContainerResources};
use crate::kubernetes::Toleration;
use crate::values::Duration;

pub(super) use objects::build;
pub(super) use observe::put;
pub(super) use resolve::resolve;
pub(crate) use validate::validate;

pub(super) const COMPONENT: Component = Component {
    name: "termination-handler",
    summary: "drains a node that Azure is about to take away",
    validate: Some(validate),
    makes: Makes::Objects(build),
    chart: Some(UpstreamChart {
        inside: chart::release,
        alone: |plan| chart::release(plan).into_iter().collect(),
    }),
    observe: Some(put),
};

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TerminationHandler {
    pub namespace: String,
    pub create_namespace: bool,
    pub image: String,
    pub chart: Chart,
    pub resources: ContainerResources,
    pub tolerations: Vec<Toleration>,
    pub period: Duration,
    pub node_grace_period_seconds: i64,
    pub pod_grace_period_seconds: i64,
    pub host_network: bool,
}
