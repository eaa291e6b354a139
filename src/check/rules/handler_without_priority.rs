use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::pod_spec_pointer;

pub(super) const RULE: Rule = Rule {
    id: "handler-without-priority",
    level: Severity::Warning,
    summary: "the termination handler waits for room like any other pod",
    harm: "On a Spot node that is full the handler's pod stays Pending, for it may displace nobody, and when the node is taken \
           back nobody drains it. The chart gives it no priority class by default.",
    detection: "`kubectl get pods` shows handlers Pending, on the very nodes that are most used.",
    remedy: "Set `priorityClassName: system-node-critical`, as for anything that a node cannot do without.",
    sources: &[
        "maksim-paskal/aks-node-termination-handler v1.0.19 charts/aks-node-termination-handler/values.yaml: \
         `priorityClassName` is empty",
        "https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for handler in installed.running(ComponentId::TerminationHandler) {
        // Of a class that is not in these manifests nothing is known.
        let is_low = handler.priority.is_some_and(|priority| priority.value <= 0);
        if !is_low {
            continue;
        }
        let message = format!(
            "termination handler `{}` has no priority: on a full node there is none",
            handler.name
        );
        findings.in_manifest(handler.locations.name, message, |diagnostic| {
            let edit = Edit::Set {
                pointer: pod_spec_pointer(handler.kind).child("priorityClassName"),
                value: "system-node-critical".into(),
            };
            diagnostic
                .help("add `priorityClassName: system-node-critical` to its pods")
                .fix(Fix::manifest(handler.location, edit))
        });
    }
}
