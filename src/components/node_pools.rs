//! The cloud's node pools: formats that speak to a cloud write commands for them.

use super::{Component, Makes};

pub(super) const COMPONENT: Component = Component {
    name: "node-pools",
    summary: "the cloud's node pools, as commands",
    validate: None,
    makes: Makes::Commands,
    reads_workloads: false,
    chart: None,
    section: None,
    image: None,
    own_arguments: &[],
    config_map: None,
    values: None,
    observe: None,
};
