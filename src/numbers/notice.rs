//! What is left of the cloud's notice for a pod to stop in.

use super::Number;
use crate::defaults::DRAIN_OVERHEAD_SECONDS;
use crate::plan::Plan;
use crate::providers::Drain;

/// The seconds that a pod on Spot can count on: the notice, less the time between two looks of the termination handler,
/// less what finding the event, cordoning and listing pods takes. Without the handler, what the provider leaves.
pub fn usable_seconds(plan: &Plan) -> i64 {
    match &plan.termination_handler {
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
pub fn arithmetic(plan: &Plan) -> String {
    let notice = plan.provider.interruption.notice_seconds;
    match &plan.termination_handler {
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

pub(super) fn numbers(plan: &Plan) -> Vec<Number> {
    let usable = Number {
        what: "usable part of the notice".to_owned(),
        value: format!("{} s", usable_seconds(plan)),
        how: arithmetic(plan),
    };
    let drain = match plan.provider.interruption.drain {
        Drain::NoPublishedDelay => Some(drain(plan)),
        Drain::OnNotice | Drain::Unknown => None,
    };
    [usable].into_iter().chain(drain).collect()
}

/// Who drains a node that is taken back.
///
/// Source: MicrosoftDocs/azure-aks-docs articles/aks/node-auto-drain.md; maksim-paskal/aks-node-termination-handler v1.0.19
/// pkg/api/api.go, `DrainNode`, and internal/internal.go: a node that is cordoned already counts as drained.
fn drain(plan: &Plan) -> Number {
    let provider = plan.provider.title;
    let (value, how) = match &plan.termination_handler {
        Some(handler) => (
            format!("handler or {provider}"),
            format!(
                "whoever cordons it first: the handler looks every {}, {provider} acts by itself, best effort and with no \
                 published delay; a handler that finds the node cordoned leaves it to {provider}",
                handler.period.as_str()
            ),
        ),
        None => (
            provider.to_owned(),
            "by itself, best effort and with no published delay; there is no termination handler"
                .to_owned(),
        ),
    };
    Number {
        what: "drain of an interrupted node".to_owned(),
        value,
        how,
    }
}
