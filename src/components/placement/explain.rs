//! Why a patch has its numbers, for whoever reads it.

use crate::components::Explained;
use crate::config::{Kind, Spot, WhenUnsatisfiable};
use crate::defaults::MAX_SKEW;
use crate::plan::{Plan, Spread, Workload};

/// Where a kind keeps the spec of its pods.
fn pod_spec(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Pod => &["spec"],
        Kind::CronJob => &["spec", "jobTemplate", "spec", "template", "spec"],
        _ => &["spec", "template", "spec"],
    }
}

/// A patch with its reasons.
pub(super) fn explained<T>(plan: &Plan, workload: &Workload, patch: T) -> Explained<T> {
    let spec = pod_spec(workload.kind);
    let under_spec = |field: &[&'static str]| [spec, field].concat();
    let mut made = Explained::from(patch);
    if matches!(workload.placement.spot(), None | Some(Spot::Never)) {
        return made;
    }
    let notice = plan.provider.interruption.notice_seconds;
    let grace = workload.termination_grace_period_seconds;
    if let Some(grace) = grace.filter(|grace| *grace <= notice) {
        let cloud = capitalized(plan.provider.title);
        let why = match notice - grace {
            rest if rest > 0 && grace > 0 => format!(
                "{cloud} gives {notice} s of notice; the other {rest} s remain for detecting it and starting the drain."
            ),
            _ => format!("{cloud} gives {notice} s of notice."),
        };
        made = made.because(under_spec(&["terminationGracePeriodSeconds"]), why);
    }
    if workload.node_loss_toleration_seconds.is_some() {
        let why = "Instead of the default 300 s: an unresponsive Spot VM does not come back.";
        let not_ready = under_spec(&["tolerations", "key: node.kubernetes.io/not-ready"]);
        made = made.because(not_ready, why.to_owned());
    }
    let is_ours = |spread: &Spread| {
        matches!(
            spread,
            Spread::TopologySpread {
                max_skew: MAX_SKEW,
                when_unsatisfiable: WhenUnsatisfiable::ScheduleAnyway,
                ..
            }
        )
    };
    if workload.prefers_spot() && workload.placement.spread.iter().all(is_ours) {
        let why = "A smaller skew could outvote the preference for Spot.";
        made = made.because(
            under_spec(&["topologySpreadConstraints", "maxSkew"]),
            why.to_owned(),
        );
    }
    made
}

/// A text at the beginning of a sentence.
fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}
