use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::descheduler::reach;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;

pub(super) const RULE: Rule = Rule {
    id: "never-fails-back",
    level: Severity::Warning,
    summary: "a workload that prefers Spot is never moved back to it",
    harm: "The descheduler passes over pods that one of its protections, limits or filters keeps, and says nothing. After \
           the first loss of Spot the workload is on on-demand for good, and so are the nodes that it is on.",
    detection: "Pods of the workload are on on-demand while Spot has room, and no event says why. The descheduler's log does, \
                at verbosity 4.",
    remedy: "Take away what stops it, or let the workload be on on-demand: `placement: {spot: Never}`. Info is what is meant \
             by default: pods with claims stay where their disks are.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go and constraints.go",
        "kubernetes-sigs/descheduler v0.36.0 pkg/utils/pod.go, `IsPodWithLocalStorage`: an emptyDir or a hostPath",
        "kubernetes-sigs/descheduler#1001, #1607: never evicts",
    ],
    check: Check::Workload(check),
};

fn check(system: &System, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let Some(descheduler) = &system.descheduler else {
        return;
    };
    if !pods
        .planned
        .is_some_and(crate::plan::Workload::prefers_spot)
    {
        return;
    }
    let reasons = reach::reasons(plan, descheduler, pods);
    let Some(worst) = reasons.iter().map(|reason| reason.level).max() else {
        return;
    };
    let why: Vec<&str> = reasons.iter().map(|reason| reason.why.as_str()).collect();
    let message = format!(
        "workload `{}` is never moved back to Spot: {}",
        pods.name(),
        why.join("; ")
    );
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        reasons
            .iter()
            .fold(diagnostic.level(worst), |diagnostic, reason| {
                diagnostic.help(reason.cure)
            })
    });
}
