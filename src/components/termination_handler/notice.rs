//! What is left of the cloud's notice for a pod to stop in.

use super::TerminationHandler;
use crate::defaults::DRAIN_OVERHEAD_SECONDS;
use crate::plan::Plan;

/// The seconds that a pod on Spot can count on: the notice, less the time between two looks of the termination handler,
/// less what finding the event, cordoning and listing pods takes. Without the handler, what the provider leaves.
pub(crate) fn usable_seconds(plan: &Plan, handler: Option<&TerminationHandler>) -> i64 {
    match handler {
        Some(handler) => {
            let period = i64::try_from(handler.period.seconds()).unwrap_or(i64::MAX);
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
pub(crate) fn arithmetic(plan: &Plan, handler: Option<&TerminationHandler>) -> String {
    let notice = plan.provider.interruption.notice_seconds;
    match handler {
        Some(handler) => format!(
            "notice of {notice} s, less {} between two looks, less {DRAIN_OVERHEAD_SECONDS} s to find the event, cordon the \
             node and list its pods",
            handler.period.as_str()
        ),
        None => format!(
            "of a notice of {notice} s, what {} leaves to a pod",
            plan.provider.title
        ),
    }
}
