use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "workload-cannot-preempt",
    levels: &[Severity::Error],
    summary: "a workload that prefers Spot cannot preempt placeholders",
    harm: "With `preemptionPolicy: Never`, a pod waits until capacity becomes free on its own. Placeholders keep \
           theirs, so the headroom is of no use to the pod.",
    detection: "The pods are Pending beside running placeholders, and their event says `not eligible due to \
                preemptionPolicy=Never`.",
    remedy: "Use a PriorityClass that preempts for workloads on Spot. The `preemptionPolicy` of an existing class \
             cannot be changed: create another class.",
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
    let plan = &systems.planned().plan;
    for pods in all {
        judge(plan, *pods, findings);
    }
}

fn judge(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    let priority = pods.priority();
    if priority.is_none_or(|priority| priority.preempts) {
        return;
    }
    let message = format!(
        "workload `{}` cannot preempt placeholders, so their headroom is of no use to it: its PriorityClass has \
         `preemptionPolicy: Never`",
        pods.name()
    );
    let location = findings.part_of_pods(found, &["priorityClassName"]);
    findings.in_manifest(location, message, |diagnostic| {
        let diagnostic = match priority.and_then(|priority| priority.location) {
            Some(location) => {
                diagnostic.related(location, "this PriorityClass has `preemptionPolicy: Never`")
            }
            None => diagnostic,
        };
        diagnostic
            .help("use another PriorityClass, one that preempts: the policy of an existing class cannot be changed")
            .no_fix("it needs another PriorityClass, which has to be created or chosen")
    });
}
