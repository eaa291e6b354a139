//! Runs that were not watched to their end.

use crate::rehearse::class::{Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, supplied};
use crate::values::span::span;

/// That the watching ended, and how things were then.
pub(super) fn cut(run: &Run, outcome: &Outcome) -> Finding {
    let started = &run.started;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let watched = span((run.ending.at - from.max(started.zero)) / 1000);
    let goal = run.ending.goal;
    let how = match (goal.unready, goal.away) {
        (0, 0) => "all pods were where they belong, and might not have stayed".to_owned(),
        (0, away) => format!("{} not on Spot yet", were(away)),
        (unready, _) => format!("{} not ready yet", were(unready)),
    };
    let more = if supplied(&run.happened).is_some() {
        "whether they return is not known"
    } else {
        "the outcome is not known"
    };
    let message = format!(
        "the watching ended {watched} after the last step, before the cluster was at rest: {how}, and {more}; a longer `watchedFor` shows it"
    );
    let mut own = finding(Class::WatchEnded, message);
    own.rule = None;
    let late = outcome.workloads.iter().filter(|own| {
        own.pending > 0 || own.dead > 0 || own.prefers_spot && own.on_spot < own.replicas
    });
    own.workloads = late
        .map(|own| format!("{}/{}", own.namespace, own.name))
        .collect();
    own
}

fn were(count: i64) -> String {
    if count == 1 {
        "1 pod was".to_owned()
    } else {
        format!("{count} pods were")
    }
}
