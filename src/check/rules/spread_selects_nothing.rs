use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;

pub(super) const RULE: Rule = Rule {
    id: "spread-selects-nothing",
    level: Severity::Error,
    summary: "a topology spread does not count the workload's own pods",
    harm: "The constraint selects other labels than the pods have, so every domain counts as empty: nothing is spread, and \
           all pods may be on one node or in one zone, and gone together.",
    detection: "`kubectl get pods -o wide` shows pods on one node that should be spread.",
    remedy: "Let `labelSelector` be the labels of the pod template. `matchLabelKeys: [pod-template-hash]` then counts each \
             rollout by itself.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: labelSelector, and pods that \
         do not match their own",
    ],
    check: Check::Workload(check),
};

fn check(_: &System, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    // Without a selector it selects nothing, with an empty one everything.
    let mut constraints = found.existing.topology_spread.iter();
    let blind = constraints.find(|constraint| !pods.is_selected_by(&constraint.selector));
    let Some(constraint) = blind else {
        return;
    };
    let message = format!(
        "the spread of workload `{}` over `{}` does not select its own pods: it does nothing",
        pods.name(),
        constraint.topology_key.as_deref().unwrap_or_default()
    );
    findings.in_manifest(found.places.name, message, |diagnostic| {
        diagnostic.help("let its `labelSelector` be the labels of the pod template")
    });
}
