use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-requests",
    level: Severity::Warning,
    summary: "a container on Spot requests nothing",
    harm: "The autoscaler and the scheduler go by requests, not by use. Pods that request nothing are never pending for want \
           of room, so they bring no node; all of them may be put on one, and everything that is reckoned here about room is \
           too small.",
    detection: "Nodes run out of memory while `kubectl describe node` shows them nearly unrequested.",
    remedy: "Give every container requests for CPU and memory.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: pending pods, not pressure",
        "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    let is_silent = found.requests.is_none() && pods.requests().is_none();
    if !is_silent || pods.kind() == Kind::DaemonSet || !pods.can_be_on_spot(plan) {
        return;
    }
    let message = format!(
        "a container of workload `{}` requests nothing: it brings no node, and room cannot be reckoned",
        pods.name()
    );
    findings.in_manifest(found.locations.name, message, |diagnostic| {
        diagnostic
            .help("give every container requests for CPU and memory")
            .no_fix("what a container needs is known from its use, and no file has that")
    });
}
