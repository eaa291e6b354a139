//! The table of all scenarios.

use super::json::hours;
use super::table::{Column, can_go, column, last, table};
use super::words::{color, time};
use crate::rehearse::told::Told;
use crate::reporters::Style;
use crate::simulate::verdict::Verdict;

const COLUMNS: [Column; 9] = [
    column("", "SCENARIO"),
    column("", "VERDICT"),
    column("FAIL-", "OVER"),
    column("FAIL-", "BACK"),
    column("EVIC-", "TIONS"),
    last("MOVED", "BACK"),
    can_go("", "KILLED"),
    column("SPOT", "HOURS"),
    column("DEMAND", "HOURS"),
];

/// Runs of one scenario are a row: the worst of each figure, and how often each verdict came.
pub(super) fn summary(out: &mut String, told: &[Told], style: Style) {
    let mut rows = Vec::new();
    let groups: Vec<&[Told]> = told.chunk_by(|one, other| one.name == other.name).collect();
    for runs in &groups {
        let worst = |value: &dyn Fn(&Told) -> Option<i64>| {
            let all: Option<Vec<i64>> = runs.iter().map(value).collect();
            all.and_then(|all| all.into_iter().max())
        };
        let most = |value: &dyn Fn(&Told) -> i64| worst(&|own| Some(value(own))).unwrap_or(0);
        let hours = |is_spot: bool| {
            let most = runs.iter().max_by_key(|own| {
                let hours = own.outcome.node_hours.iter();
                let own = hours.filter(|own| own.is_spot == is_spot);
                own.map(|own| own.ran).sum::<i64>()
            });
            most.map_or_else(String::new, |own| hours(&own.outcome.node_hours, is_spot))
        };
        rows.push(vec![
            runs[0].name.clone(),
            verdicts(runs),
            time(worst(&|own| own.outcome.failover)),
            time(worst(&|own| own.outcome.failback)),
            most(&|own| own.outcome.evictions()).to_string(),
            most(&|own| own.outcome.back_moves).to_string(),
            most(&|own| own.outcome.killed).to_string(),
            hours(true),
            hours(false),
        ]);
    }
    table(
        out,
        &COLUMNS,
        rows,
        style.width,
        |row, column| match column {
            1 if style.color => {
                let runs = groups[row].iter();
                let worst = runs.max_by_key(|own| severity(own.outcome.verdict));
                worst.map_or("", |own| color(own.outcome.verdict))
            }
            _ => "",
        },
    );
    if groups.iter().any(|runs| runs.len() > 1) {
        out.push_str("each figure is the worst of its scenario's runs\n\n");
    }
}

fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Converged => 0,
        Verdict::Quiet => 1,
        Verdict::Stuck => 2,
        Verdict::Loops => 3,
    }
}

/// The verdict of all runs, or how often each came, the worst first.
fn verdicts(runs: &[Told]) -> String {
    let all = [
        (Verdict::Loops, "loops"),
        (Verdict::Stuck, "stuck"),
        (Verdict::Quiet, "quiet"),
        (Verdict::Converged, "converged"),
    ];
    let counts = all.map(|(verdict, word)| {
        let own = runs.iter().filter(|own| own.outcome.verdict == verdict);
        (own.count(), word)
    });
    let came: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| {
            if runs.len() == 1 {
                (*word).to_owned()
            } else {
                format!("{count} {word}")
            }
        })
        .collect();
    came.join(", ")
}
