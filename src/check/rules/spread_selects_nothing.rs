use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::TopologyKey;
use crate::manifests::{ManifestWorkload, TopologySpreadConstraint, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::plan::Plan;
use serde_json::json;

pub(super) const RULE: Rule = Rule {
    id: "spread-selects-nothing",
    levels: &[Severity::Error],
    summary: "a topology spread constraint does not select the workload's own pods",
    harm: "The constraint selects labels that the pods do not have, so every domain counts as empty. Nothing is \
           spread: all pods can run on one node or in one zone, and be lost together.",
    detection: "`kubectl get pods -o wide` shows pods on one node although they should be spread.",
    remedy: "Set `labelSelector` to the labels of the pod template. `matchLabelKeys: [pod-template-hash]` then counts \
             each rollout separately.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: labelSelector, and pods that \
         do not match their own",
    ],
    check: Check::Placed(check),
};

fn check(_: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    // A missing selector selects nothing, an empty one everything.
    let is_blind =
        |constraint: &TopologySpreadConstraint| !pods.is_selected_by(&constraint.selector);
    let constraints = &found.existing.topology_spread;
    let mut numbered = constraints.iter().enumerate();
    let Some((at, constraint)) = numbered.find(|(_, own)| is_blind(own)) else {
        return;
    };
    let message = format!(
        "the topology spread of workload `{}` over `{}` has no effect: its `labelSelector` does not match its own pods",
        pods.name(),
        constraint
            .topology_key
            .as_ref()
            .map_or("", TopologyKey::as_str)
    );
    let of = |key: &str| format!("topologySpreadConstraints/{at}/{key}");
    let places = [of("labelSelector"), of("topologyKey")];
    let location = findings.part_of_pods(found, &places.each_ref().map(String::as_str));
    findings.in_manifest(location, message, |diagnostic| {
        let diagnostic =
            diagnostic.help("set its `labelSelector` to the labels of the pod template");
        if found.pod_labels.is_empty() {
            return diagnostic.no_fix("its pods have no labels that could be selected");
        }
        let blind = constraints.iter().enumerate();
        let blind = blind.filter(|(_, constraint)| is_blind(constraint));
        let edits = blind.map(|(at, _)| select_own(found, at));
        diagnostic.fix(Fix::Manifest(edits.collect()))
    });
}

/// Uses the selector of the workload if there is one: other pod labels may change with each rollout.
fn select_own(found: &ManifestWorkload, at: usize) -> ManifestEdit {
    let own = found.selector.as_ref().filter(|selector| {
        let mut labels = selector.iter();
        labels.all(|(key, value)| found.pod_labels.get(key) == Some(value))
    });
    let labels = own.unwrap_or(&found.pod_labels);
    let constraints = pod_spec_pointer(found.kind).child("topologySpreadConstraints");
    ManifestEdit {
        object: found.locations.name,
        edit: Edit::Set {
            pointer: constraints.child(at).child("labelSelector"),
            value: json!({"matchLabels": labels}),
        },
    }
}
