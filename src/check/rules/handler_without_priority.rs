use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::ComponentId;
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::manifests::pod_spec_pointer;

pub(super) const RULE: Rule = Rule {
    id: "handler-without-priority",
    levels: &[Severity::Warning],
    summary: "the termination handler has no elevated priority, so it stays Pending on a full Spot node",
    harm: "On a full Spot node, the handler's pod stays Pending, because it cannot preempt the pods there. When the \
           cloud reclaims that node, nobody drains it. By default, the chart sets no priority class for the handler.",
    detection: "`kubectl get pods` shows Pending handler pods, on exactly the busiest nodes.",
    remedy: "Set `priorityClassName: system-node-critical`, as for every pod that a node cannot work without.",
    sources: &[
        "maksim-paskal/aks-node-termination-handler v1.0.19 charts/aks-node-termination-handler/values.yaml: \
         `priorityClassName` is empty",
        "https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for handler in installed.running(ComponentId::TerminationHandler) {
        // The priority is unknown if these manifests do not contain the class.
        let is_low = handler.priority.is_some_and(|priority| priority.value <= 0);
        if !is_low {
            continue;
        }
        let message = format!(
            "termination handler `{}` runs at priority 0 or lower: on a full Spot node its pod stays Pending, and \
             nobody drains the node",
            handler.name
        );
        findings.in_manifest(handler.locations.name, message, |diagnostic| {
            let edit = Edit::Set {
                pointer: pod_spec_pointer(handler.kind).child("priorityClassName"),
                value: "system-node-critical".into(),
            };
            diagnostic
                .help("set `priorityClassName: system-node-critical` in its pod template")
                .fix(Fix::manifest(handler.location, edit))
        });
    }
}
