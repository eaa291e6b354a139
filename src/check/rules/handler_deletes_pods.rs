use crate::check::findings::Findings;
use crate::check::fixes::unreachable;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::{Installed, System};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "handler-deletes-pods",
    level: Severity::Warning,
    summary: "the termination handler deletes pods instead of evicting them",
    harm: "With `-disableEviction` pods are deleted without asking their budgets: all that are on a lost node stop in good \
           order, and until new ones are ready none of them serves. The role of the chart does not allow it at all: then \
           nothing is drained, and the pods die with the node. Seen with the real handler, one node with three pods of a \
           workload: without the right all three were killed; with it none was, and for 14 s none served.",
    detection: "After an interruption the handler's log shows `cannot delete resource \"pods\"`, or more pods of a workload are \
                gone than its budget lets go.",
    remedy: "Leave `-disableEviction` out, keep replicas on more than one Spot node, and let half of them go at once \
             (`maxUnavailable: 50%`), as the defaults do.",
    sources: &[
        "maksim-paskal/aks-node-termination-handler v1.0.19 pkg/api/api.go, `DrainNode`",
        "maksim-paskal/aks-node-termination-handler v1.0.19 charts/aks-node-termination-handler/templates/rbac.yaml",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for handler in installed.running(ComponentId::TerminationHandler) {
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
        findings.in_manifest(handler.locations.name, message, |diagnostic| {
            diagnostic
                .help("leave `-disableEviction` out")
                .no_fix(unreachable::FLAG)
        });
    }
}
