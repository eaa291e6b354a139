//! Why the policy has these numbers, for who reads it.

use super::failback_time::Failback;
use super::resolve::Descheduler;
use crate::kubernetes::{JOB_NAME_LABEL, LabelSelector, OLD_JOB_NAME_LABEL, Operator};
use crate::plan::Plan;
use crate::values::span::span;

/// How long failback takes with the limits; none where no number of pods is known.
pub(super) fn limits(plan: &Plan, descheduler: &Descheduler) -> Option<String> {
    let Failback {
        pods,
        rounds,
        seconds,
        ..
    } = Failback::of(plan, descheduler)?;
    let interval = descheduler.interval.spoken();
    let time = span(seconds);
    let pods = match pods {
        1 => "The pod that prefers Spot is".to_owned(),
        pods => format!("All {pods} pods that prefer Spot are"),
    };
    Some(match rounds {
        1 => format!("{pods} back after one round of {interval}."),
        rounds => format!("{pods} back in {time}: {rounds} rounds, one every {interval}."),
    })
}

/// Why the pods of Jobs stay; none where the selector does not say so.
pub(super) fn label_selector(selector: &LabelSelector) -> Option<String> {
    let is_job = |key: &str| matches!(key, JOB_NAME_LABEL | OLD_JOB_NAME_LABEL);
    let mut conditions = selector.match_expressions.iter();
    let keeps_jobs = conditions
        .any(|condition| is_job(&condition.key) && condition.operator == Operator::DoesNotExist);
    keeps_jobs.then(|| {
        "Pods of Jobs are not evicted: they would start from the beginning, and their Job would count a failure."
            .to_owned()
    })
}

/// What the minimum age is for.
pub(super) const MIN_POD_AGE: &str =
    "A pod that was just moved stays this long, so that nothing moves round after round.";
