//! The table of the workloads of one scenario.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::table::{Column, can_go, column, last, table};
use super::words::time;
use crate::reporters::Style;
use crate::simulate::verdict::WorkloadOutcome;
use crate::values::wrap::wrapped;

/// Workloads that are shown at most: the worst.
const SHOWN: usize = 20;

const COLUMNS: [Column; 9] = [
    column("", "WORKLOAD"),
    column("WANTED", "PODS"),
    column("LEAST", "READY"),
    last("BELOW", "BUDGET"),
    last("LONGEST", "PENDING"),
    can_go("", "KILLED"),
    column("AT END", "SPOT"),
    column("ON-", "DEMAND"),
    can_go("", "PENDING"),
];

pub(super) fn workload_table(out: &mut String, all: &[WorkloadOutcome], style: Style) {
    let shown = worst(all);
    let is_of_one = shown
        .windows(2)
        .all(|two| two[0].namespace == two[1].namespace);
    let rows = shown.iter().map(|own| {
        let mut name = if is_of_one {
            own.name.clone()
        } else {
            format!("{}/{}", own.namespace, own.name)
        };
        if has_namesake(own, all) {
            let _ = write!(name, " ({})", own.kind);
        }
        let seconds = |seconds: Option<i64>| time(seconds.map(|seconds| seconds * 1000));
        vec![
            name,
            own.replicas.to_string(),
            own.least_ready.to_string(),
            seconds(own.below_budget_seconds),
            seconds(Some(own.longest_pending_seconds)),
            own.killed_without_grace.to_string(),
            own.on_spot.to_string(),
            own.on_on_demand.to_string(),
            own.pending.to_string(),
        ]
    });
    if let Some(first) = shown.first().filter(|_| is_of_one) {
        let _ = writeln!(out, "workloads of namespace {}:", first.namespace);
    }
    table(out, &COLUMNS, rows.collect(), style.width, |_, _| "");
    if all.len() > SHOWN {
        out.pop();
        let _ = writeln!(
            out,
            "these are the {SHOWN} worst of {}: `--report json` has them all\n",
            all.len()
        );
    }
    stopping(out, all, style);
}

/// Those that fared worst, in the order in which they are given.
fn worst(all: &[WorkloadOutcome]) -> Vec<&WorkloadOutcome> {
    let mut numbered: Vec<_> = all.iter().enumerate().collect();
    if all.len() > SHOWN {
        numbered.sort_by_key(|(_, own)| {
            let is_down = own.usual > 0 && own.least_ready == 0;
            let harm = [
                own.pending,
                own.below_budget_seconds.unwrap_or_default(),
                i64::from(is_down),
                own.killed_without_grace,
                own.longest_pending_seconds,
            ];
            Reverse(harm)
        });
        numbered.truncate(SHOWN);
        numbered.sort_by_key(|(at, _)| *at);
    }
    numbered.into_iter().map(|(_, own)| own).collect()
}

/// Whether another kind has a workload of this name: then a name says too little.
fn has_namesake(own: &WorkloadOutcome, all: &[WorkloadOutcome]) -> bool {
    let mut all = all.iter();
    all.any(|other| {
        (&other.namespace, &other.name) == (&own.namespace, &own.name) && other.kind != own.kind
    })
}

/// Pods that are nowhere in the table: they have been asked to stop, and have not.
fn stopping(out: &mut String, all: &[WorkloadOutcome], style: Style) {
    let stopping = all.iter().filter(|own| own.stopping > 0);
    let stopping: Vec<String> = stopping
        .map(|own| format!("{} of {}/{}", own.stopping, own.namespace, own.name))
        .collect();
    if stopping.is_empty() {
        return;
    }
    let line = format!("still stopping at the end: {}", stopping.join(", "));
    let line = match style.width {
        Some(width) => wrapped(&line, width, 0, 2),
        None => line,
    };
    let _ = writeln!(out, "{line}\n");
}
