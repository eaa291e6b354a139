//! The figures of a system, as `spotgen check --numbers` prints them. There is one file per subject.

mod capacity;
mod failback;
mod failover;
mod figure;
mod gain;
mod loss_of_spot;
mod notice;
mod placeholders;
mod quota;
mod vote;
mod words;

pub use figure::Figure;

use self::figure::Row;
use super::context::RuleContext;
use crate::components::System;

/// The rows of one subject, and the heading that they stand under.
type Part = (&'static str, fn(&System) -> Vec<Row>);

const PARTS: [Part; 8] = [
    ("Failover", failover::rows),
    ("Failover", loss_of_spot::rows),
    ("Capacity", capacity::rows),
    ("Capacity", placeholders::rows),
    ("Capacity", gain::rows),
    ("Quota", quota::rows),
    ("Eviction notice", notice::rows),
    ("Scheduling", vote::rows),
];

/// Everything that can be calculated of what is in effect, and for each workload that prefers Spot, whether it returns.
pub(super) fn of(context: &RuleContext<'_>) -> Vec<Figure> {
    let system = context.systems.in_effect();
    let parts = PARTS.iter().flat_map(|(group, rows)| {
        let rows = rows(system).into_iter();
        rows.map(|row| row.under(group))
    });
    let failback = failback::rows(context).into_iter();
    parts
        .chain(failback.map(|row| row.under("Failback")))
        .collect()
}
