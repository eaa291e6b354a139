//! Why the policy has these numbers, for whoever reads it.

use super::failback_time::Failback;
use super::kept_off;
use super::limits::LimitKey;
use super::pace::default_interval;
use super::resolve::Descheduler;
use crate::defaults;
use crate::kubernetes::{JOB_NAME_LABEL, LabelSelector, OLD_JOB_NAME_LABEL, Operator};
use crate::plan::Plan;
use crate::values::span::span;

/// The limit that failback hangs on, and how long failback takes with it; none where no number of pods is known.
pub(super) fn limits(plan: &Plan, descheduler: &Descheduler) -> Option<(LimitKey, String)> {
    let failback = Failback::planned(plan, descheduler)?;
    let every = descheduler.interval.every();
    let pods = match (failback.pods, failback.is_maximum, failback.leaves_out) {
        (1, ..) => "The pod that returns to Spot is".to_owned(),
        (pods, false, false) => format!("All {pods} pods that return to Spot are"),
        (pods, true, false) => {
            format!(
                "All {pods} pods that return to Spot, with their autoscalers at the maximum, are"
            )
        }
        (pods, false, true) => format!("The {pods} pods of known number that return to Spot are"),
        (pods, true, true) => format!(
            "The {pods} pods of known number that return to Spot, with their autoscalers at the maximum, are"
        ),
    };
    let how = match failback.rounds {
        1 => format!("{pods} back after one round; a round starts {every}."),
        rounds => format!(
            "{pods} back in about {} at the earliest: {rounds} rounds, one {every}.",
            span(failback.seconds)
        ),
    };
    Some((failback.by.key, how))
}

/// Why the pods of Jobs stay, and those that prefer on-demand; none where the selector does not say so.
pub(super) fn label_selector(plan: &Plan, selector: &LabelSelector) -> Option<String> {
    let is_job = |key: &str| matches!(key, JOB_NAME_LABEL | OLD_JOB_NAME_LABEL);
    let mut conditions = selector.match_expressions.iter();
    let keeps_jobs = conditions
        .any(|condition| is_job(&condition.key) && condition.operator == Operator::DoesNotExist);
    let jobs = keeps_jobs.then_some(
        "Pods of Jobs are not evicted: they would start from the beginning, and their Job would count a failure.",
    );
    let kept = kept_off::conditions(&plan.workloads);
    let is_kept = !kept.is_empty()
        && kept
            .iter()
            .all(|condition| selector.match_expressions.contains(condition));
    let others = is_kept.then_some(
        "Neither are pods with `spot: Avoided`: while on-demand is full, they would come back to Spot each time.",
    );
    let all: Vec<&str> = jobs.into_iter().chain(others).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// What the minimum age is for; none where it does not outlast a round.
pub(super) fn min_pod_age(descheduler: &Descheduler) -> Option<String> {
    let age = descheduler.evictor.min_pod_age.as_ref()?.seconds();
    let rounds = match descheduler.interval.fits_into(age) {
        0 => return None,
        1 => "one round".to_owned(),
        2 => "two rounds".to_owned(),
        more => format!("{more} rounds"),
    };
    Some(format!("Keeps a moved pod in place for at least {rounds}."))
}

/// Why there is a round so often; none where the configuration says how often.
pub(super) fn interval(descheduler: &Descheduler) -> Option<String> {
    let interval = descheduler.interval.to_string();
    let is_default = interval == default_interval(descheduler.version);
    is_default.then(|| {
        if interval == defaults::DESCHEDULER_INTERVAL {
            "With frequent rounds, few pods have to move at once: more could be evicted than there is free capacity for."
        } else {
            "Long enough for a new node to join and start pods, short enough to be back on Spot within the hour."
        }
        .to_owned()
    })
}
