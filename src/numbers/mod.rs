//! What follows from a plan in figures: what rules compare, and what `spotgen check --numbers` prints when all is well.

pub mod budget;
mod choice;
pub mod failback;
pub mod failover;
pub mod headroom;
pub mod kept;
pub mod notice;
pub mod packing;
pub mod paid_room;
pub mod quota;
pub mod room;
pub mod score;
pub mod sides;
pub mod vote;
pub mod voter;

use serde::Serialize;

use crate::plan::Plan;

/// A figure, and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Number {
    /// What it is a number of.
    pub what: String,
    pub value: String,
    /// The arithmetic, or why there is none.
    pub how: String,
}

/// Everything that can be reckoned from a plan.
pub fn numbers(plan: &Plan) -> Vec<Number> {
    let parts = [
        failover::numbers,
        room::numbers,
        quota::numbers,
        headroom::numbers,
        kept::numbers,
        paid_room::numbers,
        failback::numbers,
        notice::numbers,
        vote::numbers,
    ];
    parts.iter().flat_map(|part| part(plan)).collect()
}

/// As a table for people.
pub fn table(numbers: &[Number]) -> String {
    let width = |column: fn(&Number) -> &str| {
        let lengths = numbers.iter().map(|number| column(number).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (what, value) = (width(|number| &number.what), width(|number| &number.value));
    numbers
        .iter()
        .map(|number| {
            let line = format!(
                "{:what$}  {:value$}  {}",
                number.what, number.value, number.how
            );
            format!("{}\n", line.trim_end())
        })
        .chain(["\n".to_owned()])
        .collect()
}
