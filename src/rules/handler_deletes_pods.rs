use super::{Check, Findings, Rule};
use crate::diagnostic::Severity;
use crate::manifests::{Manifests, Program};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "handler-deletes-pods",
    level: Severity::Warning,
    summary: "the termination handler deletes pods instead of evicting them",
    harm: "With `-disableEviction` pods are deleted without asking their budgets. The role of the chart does not allow that at \
           all: then nothing is drained, and the pods die with the node.",
    detection: "After an interruption the handler's log shows `cannot delete resource \"pods\"`, or more pods of a workload are \
                gone than its budget lets go.",
    remedy: "Leave `-disableEviction` out.",
    sources: &[
        "maksim-paskal/aks-node-termination-handler v1.0.19 pkg/api/api.go, `DrainNode`",
        "maksim-paskal/aks-node-termination-handler v1.0.19 charts/aks-node-termination-handler/templates/rbac.yaml",
    ],
    check: Check::Manifests(check),
};

fn check(_: &Plan, manifests: &Manifests, findings: &mut Findings<'_>) {
    for handler in manifests.running(Program::TerminationHandler) {
        let is_set = handler
            .program
            .as_deref()
            .is_some_and(|program| program.is_set("disableEviction"));
        if !is_set {
            continue;
        }
        let message = format!(
            "termination handler `{}` deletes pods: their budgets are not asked, and the chart's role does not let it",
            handler.name
        );
        findings.in_manifest(handler.places.name, message, |diagnostic| {
            diagnostic.help("leave `-disableEviction` out")
        });
    }
}
