use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "budget-without-readiness",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a budget counts pods as ready that have no readiness probe",
    harm: "A PodDisruptionBudget counts ready pods. Without a readiness probe, a pod is ready as soon as its containers \
           run, before its program accepts connections. During a drain or a failback the budget then allows the next \
           eviction while the replacement of the last pod does not serve yet: one by one, all pods that serve are evicted.",
    detection: "Requests fail during drains although the budget's `ALLOWED DISRUPTIONS` was respected.",
    remedy: "Give the container that serves a `readinessProbe`. Where spotgen makes the budget unasked, the finding is only \
             an info, and one for all workloads.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-probes: without a probe the default \
         state is Success",
        "kubernetes/kubernetes pkg/controller/disruption/disruption.go, `countHealthyPods`: by the condition Ready",
        "kubernetes/kubernetes pkg/kubelet/prober/prober_manager.go, `UpdatePodStatus`: not before a startup probe has \
         succeeded",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|_| pods.can_be_on_spot(plan)) else {
        return;
    };
    let Some(location) = found
        .serving
        .ready_from_the_start
        .filter(|_| pods.has_budget() && !pods.kind().is_job())
    else {
        return;
    };
    let is_asked_for = || {
        pods.setting(findings.document, &["disruptionBudget"])
            .is_some()
    };
    let whose = match pods.budget {
        Some(budget) => Some(format!("budget `{}` counts pods as ready", budget.name)),
        None => is_asked_for().then(|| "its budget counts pods as ready".to_owned()),
    };
    // Nobody has asked for a budget by default, so nothing is wrong with it.
    let (level, effect) = match whose {
        Some(whose) => (Severity::Warning, whose),
        None => (Severity::Info, "a drain counts pods as ready".to_owned()),
    };
    let message = format!(
        "workload `{}` has a port but no readiness probe: {effect} that do not serve yet",
        pods.name()
    );
    let kind = (effect, ("workload", pods.name()));
    findings.once_in_manifests(location, kind, message, |diagnostic| {
        diagnostic
            .level(level)
            .help("give the container a `readinessProbe`")
            .no_fix("only its owner knows what tells that it serves")
    });
}
