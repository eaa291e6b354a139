//! The alerts: a file for each, as a constant with its runbook, and a function from the system to its condition.

mod alert;
mod autoscaler_halted;
mod budget_allows_nothing;
mod capacity_missing;
mod dead_pods;
mod descheduler_down;
mod eviction_loop;
mod evictions_fail;
mod failback_stuck;
mod handler_missing;
mod placeholders_pending;

pub(crate) use alert::{Alert, Condition};

/// All alerts, in alphabetical order.
pub(crate) const ALL: [&Alert; 10] = [
    &autoscaler_halted::ALERT,
    &budget_allows_nothing::ALERT,
    &capacity_missing::ALERT,
    &dead_pods::ALERT,
    &descheduler_down::ALERT,
    &eviction_loop::ALERT,
    &evictions_fail::ALERT,
    &failback_stuck::ALERT,
    &handler_missing::ALERT,
    &placeholders_pending::ALERT,
];
