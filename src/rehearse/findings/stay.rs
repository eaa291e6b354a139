//! That pods stay on on-demand, as it is told.

use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::simulate::verdict::WorkloadOutcome;

pub(super) fn stay(count: i64) -> String {
    if count == 1 {
        "1 pod stays".to_owned()
    } else {
        format!("{count} pods stay")
    }
}

/// So many pods that would fit on Spot, why they stay, and whose they are.
pub(super) fn finding_of(
    count: i64,
    (why, blame): (&str, Blame),
    left: &[&WorkloadOutcome],
) -> Finding {
    let message = format!(
        "{} on on-demand for good, and would fit on Spot: {why}",
        stay(count)
    );
    let mut own = finding(Class::L5, message);
    own.rule = Some(match blame {
        Blame::Placeholders | Blame::Maximum(_) | Blame::MaxPods(_) => {
            "no-room-beside-placeholders"
        }
        Blame::Taints(_) => "taint-not-tolerated",
        Blame::UnreadyLimits => "unready-nodes-halt-autoscaler",
        Blame::Budget(_) => "budget-allows-nothing",
        _ => Class::L5.rule(),
    });
    own.blame = blame;
    let names = left.iter();
    own.workloads = names
        .map(|own| format!("{}/{}", own.namespace, own.name))
        .collect();
    own
}
