use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::values::Duration;

pub(super) const RULE: Rule = Rule {
    id: "no-rest-between-moves",
    levels: &[Severity::Warning],
    summary: "the descheduler can evict a pod again in the round after it was moved",
    harm: "A pod that found no capacity on Spot is evicted again as soon as the next round starts. Nodes that are \
           still starting get no time to become ready, and the workload keeps restarting.",
    detection: "Pods that prefer Spot are never older than the descheduler's interval.",
    remedy: "Set `minPodAge` to more than the interval and to at least the autoscaler's `max-node-provision-time`, or \
             remove it: the default is 10 minutes.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go: minPodAge goes by the \
         pod's start time",
        "kubernetes-sigs/descheduler#1475: a guard against scheduling and descheduling in a loop",
    ],
    check: Check::Descheduler(check),
};

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    // The setting does not exist before 0.31.
    if !descheduler.version.at_least(0, 31) {
        return;
    }
    let age = descheduler.evictor.min_pod_age.as_ref();
    let interval = &descheduler.interval;
    if age.is_some_and(|age| age.seconds() >= interval.seconds()) {
        return;
    }
    let message = match age {
        Some(age) => format!(
            "`minPodAge: {age}` is shorter than `interval: {interval}`: a pod that was just moved can be evicted again in \
             the next round"
        ),
        None => format!(
            "there is no `minPodAge`: a pod that was just moved can be evicted again in the next round, {} later",
            interval.spoken()
        ),
    };
    let pointer = pointers::spec("descheduler/evictor/minPodAge");
    let or = findings
        .origin(&pointer)
        .unless_manifest(", or remove it: the default is 10m");
    let fix = Fix::set(pointer.clone(), two_rounds(interval));
    let cure = findings.wherever(fix);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help(format!(
                "set `minPodAge: {}`, the length of two rounds{or}",
                two_rounds(interval)
            ))
            .cure(cure)
    });
}

/// The length of two rounds.
fn two_rounds(interval: &Duration) -> String {
    let seconds = interval.seconds() * 2;
    if seconds.is_multiple_of(60) {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    }
}
