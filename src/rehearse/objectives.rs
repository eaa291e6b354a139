//! Objectives, and whether a run keeps to them.

use std::cmp::Reverse;

use serde::{Serialize, Serializer};

use super::levels::levels;
use crate::config::{Objectives, Simulation};
use crate::simulate::run::Run;
use crate::simulate::verdict::{Outcome, Verdict};
use crate::simulate::world::Millis;
use crate::values::{Duration, IntOrPercent};

/// The objective about pods; the others are about times.
pub(super) const MIN_READY: &str = "minReady";

/// What came of an objective.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Got {
    Seconds(i64),
    /// How many pods of how many, of which workload.
    Pods(String),
}

impl Serialize for Got {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Seconds(seconds) => to.collect_str(&format_args!("{seconds}s")),
            Self::Pods(text) => to.serialize_str(text),
        }
    }
}

/// One objective and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Assertion {
    /// Its key in the configuration.
    pub objective: &'static str,
    pub wanted: String,
    /// None where it never came so far, or had not when the watching ended.
    pub got: Option<Got>,
    /// For how many seconds was watched, where that was too short to say.
    #[serde(rename = "watchedSeconds")]
    pub watched: Option<i64>,
    pub is_met: bool,
    /// How much better it is than it must be, in seconds or replicas; negative where it is worse.
    pub margin: Option<i64>,
}

/// The objectives of a scenario: its own, or the common ones.
pub(super) fn of<'s>(simulation: Option<&'s Simulation>, scenario: &str) -> Option<&'s Objectives> {
    let simulation = simulation?;
    let own = simulation.scenarios.iter();
    let mut own = own.filter(|own| own.name.as_str() == scenario);
    own.find_map(|own| own.objectives.as_ref())
        .or(simulation.objectives.as_ref())
}

/// What came of them.
pub(super) fn assess(objectives: &Objectives, outcome: &Outcome, run: &Run) -> Vec<Assertion> {
    let mut found = Vec::new();
    let interrupted = outcome.failover;
    if let Some(within) = &objectives.failover_within {
        // Where nothing was interrupted there is nothing to fail over.
        if interrupted.is_some() || outcome.is_interrupted {
            found.push(within_time("failoverWithin", within, interrupted, outcome));
        }
    }
    // Where Spot does not come back there is nothing to fail back to.
    let is_over = outcome.verdict == Verdict::Converged
        && outcome.failback.is_none()
        && !outcome.is_short_of_return;
    if let Some(within) = &objectives.failback_within
        && !is_over
    {
        found.push(within_time(
            "failbackWithin",
            within,
            outcome.failback,
            outcome,
        ));
    }
    if let Some(least) = objectives.min_ready {
        found.push(min_ready(least, outcome, run));
    }
    found
}

fn within_time(
    objective: &'static str,
    within: &Duration,
    took: Option<Millis>,
    outcome: &Outcome,
) -> Assertion {
    let limit = i64::try_from(within.seconds()).unwrap_or(i64::MAX);
    let took = took.map(|millis| millis / 1000);
    Assertion {
        objective,
        wanted: within.as_str().to_owned(),
        got: took.map(Got::Seconds),
        watched: (took.is_none() && outcome.is_cut).then_some(outcome.lasted / 1000),
        is_met: took.is_some_and(|took| took <= limit),
        margin: took.map(|took| limit - took),
    }
}

/// The workload that is furthest from it decides, and with it the moment at which that is so.
fn min_ready(least: IntOrPercent, outcome: &Outcome, run: &Run) -> Assertion {
    let levels = levels(run);
    let workloads = outcome.workloads.iter();
    let all = workloads.flat_map(|own| {
        let levels = levels.get(&own.owner).into_iter().flatten();
        // Where none is due there is nothing to be ready.
        let levels = levels.filter(|level| level.due > 0);
        levels.map(move |level| (level.ready - wanted(least, level.due), level, own))
    });
    let worst = all.min_by_key(|(margin, level, _)| (*margin, Reverse(level.due)));
    let (margin, got) = worst.map_or((0, None), |(margin, level, own)| {
        let (ready, due) = (level.ready, level.due);
        let text = format!("{ready} of {due} of {}/{}", own.namespace, own.name);
        let is_fewer = matches!(least, IntOrPercent::Int(count) if i64::from(count) > due);
        let text = if is_fewer {
            format!("{text}, which has no more")
        } else {
            text
        };
        (margin, Some(Got::Pods(text)))
    });
    Assertion {
        objective: MIN_READY,
        wanted: least.to_string(),
        got,
        watched: None,
        is_met: margin >= 0,
        margin: Some(margin),
    }
}

/// How many of so many pods must be ready. As with budgets, a part of a pod is a whole one.
fn wanted(least: IntOrPercent, due: i64) -> i64 {
    match least {
        IntOrPercent::Int(count) => i64::from(count).min(due),
        IntOrPercent::Percent(percent) => (due * i64::from(percent) + 99) / 100,
    }
}

/// Whether a verdict fails a run.
pub(super) fn fails(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Loops | Verdict::Stuck)
}
