//! Watching failover and failback: what Prometheus scrapes, recording rules, alerts, and a Grafana dashboard.

mod alerts;
pub(crate) mod annotations;
mod autoscaler_metrics;
mod budgets;
mod counters;
mod dashboard;
mod descheduler_metrics;
mod known_budgets;
mod metadata;
pub(crate) mod nodes;
mod objects;
mod plan;
mod pods;
mod records;
mod resolve;
mod room;
mod rule_groups;
mod runbooks;
mod scrape;
mod section;
mod staying;
mod times;
mod validate;

use super::{Component, Makes};

pub(crate) use alerts::{left_out, shorter_than};
pub(crate) use dashboard::dashboard;
pub(crate) use objects::{build, is_in_chart};
pub(crate) use plan::Monitoring;
pub(super) use resolve::resolve;
pub use runbooks::{alerts, runbook};

pub(super) const COMPONENT: Component = Component {
    name: "monitoring",
    summary: "watches failover and failback: metrics, alerts, a dashboard",
    validate: Some(validate::validate),
    makes: Makes::Objects(build),
    reads_workloads: true,
    chart: None,
    section: Some(section::section),
    image: None,
    own_arguments: &[],
    config_map: None,
    values: None,
    observe: None,
};
