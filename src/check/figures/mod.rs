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

pub(crate) use failback::of_workloads;
pub use figure::Figure;

use crate::components::System;

/// Everything that can be calculated from a system.
pub fn of(system: &System) -> Vec<Figure> {
    let parts = [
        failover::rows,
        capacity::rows,
        quota::rows,
        gain::rows,
        placeholders::rows,
        loss_of_spot::rows,
        failback::rows,
        notice::rows,
        vote::rows,
    ];
    parts.iter().flat_map(|part| part(system)).collect()
}

/// The figures as a table for people.
pub fn table(figures: &[Figure]) -> String {
    let width = |column: fn(&Figure) -> &str| {
        let lengths = figures.iter().map(|figure| column(figure).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (what, value) = (width(|figure| &figure.what), width(|figure| &figure.value));
    figures
        .iter()
        .map(|figure| {
            let line = format!(
                "{:what$}  {:value$}  {}",
                figure.what, figure.value, figure.how
            );
            format!("{}\n", line.trim_end())
        })
        .chain(["\n".to_owned()])
        .collect()
}
