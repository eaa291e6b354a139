use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Workload;

pub(super) const RULE: Rule = Rule {
    id: "workload-cannot-preempt",
    level: Severity::Error,
    summary: "a workload that prefers Spot may not displace placeholders",
    harm: "With `preemptionPolicy: Never` a pod waits until there is room by itself. Placeholders keep theirs, \
           so that headroom is no use to it.",
    detection: "The pods are Pending beside running placeholders; their event says `not eligible due to \
                preemptionPolicy=Never`.",
    remedy: "Use a class that preempts for workloads on Spot. The policy of a class cannot be changed: make \
             another class.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: non-preempting \
         priority classes",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    if systems.placeholders().is_empty() {
        return;
    }
    for pods in all {
        judge(*pods, findings);
    }
}

fn judge(pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let (Some(found), Some(workload)) = (pods.found, pods.planned) else {
        return;
    };
    if !workload.prefers_spot() || preempts(workload) {
        return;
    }
    let message = format!(
        "`{}` may not displace placeholders: their room is no use to it",
        workload.name
    );
    findings.in_manifest(found.location, message, |diagnostic| {
        let diagnostic = match workload.priority.and_then(|priority| priority.location) {
            Some(location) => {
                diagnostic.related(location, "this class has `preemptionPolicy: Never`")
            }
            None => diagnostic,
        };
        diagnostic
            .help("use a class that preempts; the policy of a class cannot be changed")
            .no_fix("it takes another class, which has to be made or chosen")
    });
}

fn preempts(workload: &Workload) -> bool {
    workload.priority.is_none_or(|priority| priority.preempts)
}
