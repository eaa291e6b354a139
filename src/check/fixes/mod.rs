//! Fixes that several rules share: edits to the configuration or to manifests, or the reason why there is none.

pub(super) mod autoscaler;
pub(super) mod budget_bound;
pub(super) mod counting;
pub(super) mod node_selector;
pub(super) mod on_demand_taint;
pub(super) mod open_taints;
pub(super) mod placeholders;
pub(super) mod soft_spread;
pub(super) mod spot_requirement;
pub(super) mod tolerations;
pub(super) mod unreachable;
pub(super) mod workload_setting;
