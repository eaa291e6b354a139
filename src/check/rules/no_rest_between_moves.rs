use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::Descheduler;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::values::Duration;

pub(super) const RULE: Rule = Rule {
    id: "no-rest-between-moves",
    level: Severity::Warning,
    summary: "a pod that has just been moved can be moved again in the next round",
    harm: "A pod that did not get a place on Spot is evicted again as soon as the next round starts. Nodes that are on \
           their way have no time to come, and the workload spends its time restarting.",
    detection: "Pods that prefer Spot are never older than the descheduler's interval.",
    remedy: "Set `minPodAge` to more than the interval and at least the autoscaler's `max-node-provision-time`, or leave it \
             out: it is 10 minutes by default.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/constraints.go: minPodAge goes by the \
         pod's start time",
        "kubernetes-sigs/descheduler#1475: a guard against scheduling and descheduling in a loop",
    ],
    check: Check::Descheduler(check),
};

fn check(_: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    // Before 0.31 there is no such setting.
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
            "pods of {} can be moved again in the next round, {} later",
            age.as_str(),
            interval.as_str()
        ),
        None => format!(
            "a pod that was just moved can be moved again in the next round, {} later",
            interval.as_str()
        ),
    };
    let pointer = pointers::spec("descheduler/evictor/minPodAge");
    let or = findings
        .origin(&pointer)
        .unless_manifest(", or leave it out: the default is 10m");
    let fix = Fix::set(pointer.clone(), two_rounds(interval));
    let cure = findings.in_config(&pointer, fix);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help(format!("write a `minPodAge` of two rounds{or}"))
            .cure(cure)
    });
}

/// As long as two rounds take.
fn two_rounds(interval: &Duration) -> String {
    let seconds = interval.seconds() * 2;
    if seconds.is_multiple_of(60) {
        format!("{}m", seconds / 60)
    } else {
        format!("{seconds}s")
    }
}
