use crate::check::findings::Findings;
use crate::check::fixes::unreachable;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};

pub(super) const RULE: Rule = Rule {
    id: "handler-deletes-pods",
    levels: &[Severity::Warning],
    summary: "the termination handler deletes pods instead of evicting them",
    harm: "With `-disableEviction` the handler deletes pods and ignores their PodDisruptionBudgets. All pods on an \
           interrupted node stop cleanly, but at the same time, and none of them serves until new pods are ready. The \
           chart's role does not even allow the deletion: then nothing is drained, and the pods die with the node. \
           Measured with the real handler on one node with three pods of a workload: without the permission, all three \
           were killed; with it, none was killed, but for 14 s none served.",
    detection: "After an interruption the handler's log shows `cannot delete resource \"pods\"`, or more pods of a \
                workload are missing than its budget allows.",
    remedy: "Remove `-disableEviction`, keep replicas on more than one Spot node, and allow half of them to be evicted \
             at once (`maxUnavailable: 50%`), as the defaults do.",
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
            "termination handler `{}` runs with `-disableEviction`: it tries to delete pods instead of evicting \
             them, which bypasses budgets, and the role of its chart does not permit that",
            handler.name
        );
        let program = handler.program.as_deref();
        let location = program.and_then(|program| program.location("disableEviction"));
        let location = location.unwrap_or(handler.locations.name);
        let edit = handler
            .argument_place("disableEviction")
            .filter(|place| !place.is_new && !place.before.is_empty());
        let cure = edit.map(|place| {
            let pointer = place.pointer;
            Fix::manifest(handler.location, Edit::Remove { pointer })
        });
        findings.in_manifest(location, message, |diagnostic| {
            diagnostic
                .help("remove `-disableEviction`")
                .cure(cure.ok_or(unreachable::NO_PLACE))
        });
    }
}
