//! Watching failover and failback.

use super::{Component, Makes};

pub(super) const COMPONENT: Component = Component {
    name: "monitoring",
    summary: "accepted, but not implemented yet",
    validate: None,
    makes: Makes::Nothing,
    reads_workloads: false,
    chart: None,
    section: None,
    image: None,
    config_map: None,
    values: None,
    observe: None,
};
