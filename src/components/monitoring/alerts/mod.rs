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
mod off_spot;
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

/// The alerts that a system has no part for, each with the reason. Nothing if that is placeholders alone: `placeholders: []`
/// asks for it.
pub(crate) fn left_out(system: &System) -> Vec<(&'static str, String)> {
    let missing = |alert: &'static Alert| Some((alert, alert.watches.missing(system)?));
    let left: Vec<(&Alert, String)> = ALL.into_iter().filter_map(missing).collect();
    let is_asked_for = |(alert, _): &(&Alert, String)| alert.watches == Watched::Overprovisioner;
    if left.iter().all(is_asked_for) {
        return Vec::new();
    }
    let named = left.into_iter();
    named.map(|(alert, why)| (alert.name, why)).collect()
}

/// The alerts about the descheduler that wait for less than so many seconds.
pub(crate) fn shorter_than(system: &System, seconds: i64) -> impl Iterator<Item = &'static str> {
    ALL.into_iter().filter_map(move |alert| {
        let condition = (alert.condition)(system)?;
        let is_short = condition.waits() < seconds;
        (alert.watches == Watched::Descheduler && is_short).then_some(alert.name)
    })
}
