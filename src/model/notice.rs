//! What is left of the cloud's notice for a pod to stop in.

use crate::defaults::DRAIN_OVERHEAD_SECONDS;
use crate::plan::Plan;
use crate::values::Duration;

/// The seconds that a pod on Spot can count on: the notice, less the time between two looks of the termination handler,
/// less what finding the event, cordoning and listing pods takes. Without the handler, what the provider leaves.
pub(crate) fn usable_seconds(plan: &Plan, looks_every: Option<&Duration>) -> i64 {
    match looks_every {
        Some(period) => {
            let period = i64::try_from(period.seconds()).unwrap_or(i64::MAX);
            let notice = i64::from(plan.provider.interruption.notice_seconds);
            notice
                .saturating_sub(period)
                .saturating_sub(DRAIN_OVERHEAD_SECONDS)
                .max(0)
        }
        None => i64::from(plan.provider.interruption.grace_seconds),
    }
}

/// The arithmetic, in words.
pub(crate) fn arithmetic(plan: &Plan, looks_every: Option<&Duration>) -> String {
    let notice = plan.provider.interruption.notice_seconds;
    match looks_every {
        Some(period) => format!(
            "a notice of {notice} s, minus the polling interval of {}, minus {DRAIN_OVERHEAD_SECONDS} s to detect the event, \
             cordon the node and list its pods",
            period.spoken()
        ),
        None => format!(
            "the part of a notice of {notice} s that {} leaves to a pod",
            plan.provider.title
        ),
    }
}
