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

use crate::components::System;

pub(crate) use alert::{Alert, Condition, Watched};

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

/// The alerts that a system has no part for, each with the reason.
pub(crate) fn left_out(system: &System) -> impl Iterator<Item = (&'static str, String)> {
    ALL.into_iter()
        .filter_map(|alert| Some((alert.name, alert.watches.missing(system)?)))
}

/// The alerts about the descheduler that wait for less than so many seconds.
pub(crate) fn shorter_than(system: &System, seconds: i64) -> impl Iterator<Item = &'static str> {
    ALL.into_iter().filter_map(move |alert| {
        let condition = (alert.condition)(system)?;
        let is_short = condition.pending.seconds < seconds;
        (alert.watches == Watched::Descheduler && is_short).then_some(alert.name)
    })
}
