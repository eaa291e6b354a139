use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::kubernetes::Operator;
use crate::kubernetes::{PREFERRED, REQUIRED};
use crate::manifests::{ManifestWorkload, NodeSelectorTerm, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::providers::OtherValues;

pub(super) const RULE: Rule = Rule {
    id: "regular-label-selected",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload selects on-demand nodes by a label value that no node has",
    harm: "On AKS, regular nodes do not have the label `kubernetes.azure.com/scalesetpriority` at all. Only Spot nodes \
           have it, with the value `spot`. A workload that requires any other value matches no node and stays Pending. \
           A preference for another value has no effect.",
    detection: "The pods are Pending with `node(s) didn't match Pod's node affinity/selector`.",
    remedy: "Select on-demand nodes with `NotIn [spot]`, or by a label of your own. A class with `placement: {spot: \
             Never}` adds the `NotIn` requirement.",
    sources: &[
        "Azure/AKS#4761",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the label of Spot nodes",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, workload: WorkloadView<'_>, findings: &mut Findings<'_>) {
    if plan.provider.labels.other_values != OtherValues::Never {
        return;
    }
    let (key, spot) = plan.provider.labels.spot;
    let Some(found) = workload.found else {
        return;
    };
    let by_selector = found.node_selector.get(key).filter(|value| *value != spot);
    // Terms are alternatives: one that a node can satisfy is enough.
    let terms = found.existing.required_nodes.iter();
    let terms: Vec<_> = terms.map(|term| unmatched(term, key, spot)).collect();
    let is_stuck = terms.iter().all(Option::is_some);
    let by_terms = terms.into_iter().flatten().next().filter(|_| is_stuck);
    let preferred = found.existing.preferred_nodes.iter();
    let mut preferences = preferred.filter_map(|preferred| preferred.preference.as_ref());
    let mut preferred = || preferences.find_map(|term| unmatched(term, key, spot));
    let (verb, value, end, level) = if let Some(value) = by_selector.cloned().or(by_terms) {
        ("requires", value, "its pods stay Pending", Severity::Error)
    } else if let Some(value) = preferred() {
        let end = "the preference has no effect";
        ("prefers", value, end, Severity::Warning)
    } else {
        return;
    };
    let message = format!(
        "{} `{}` {verb} nodes with `{key}={value}`, but no node has that label value: {end}",
        found.kind.as_str(),
        found.name
    );
    let preferred = format!("affinity/nodeAffinity/{PREFERRED}");
    let location = match level {
        Severity::Error => found.locations.nodes,
        _ => findings.part_of_pods(found, &[&preferred]),
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(format!(
                "select on-demand nodes with `{key} NotIn [{spot}]`, or use a class with `placement: {{spot: Never}}`; \
                 only Spot nodes have this label"
            ))
            .fix(select(found, key, spot))
    });
}

/// Replaces every selection of another value with `NotIn` Spot's value.
fn select(found: &ManifestWorkload, key: &str, spot: &str) -> Fix {
    let not_spot = serde_json::json!({"key": key, "operator": "NotIn", "values": [spot]});
    let pod = pod_spec_pointer(found.kind);
    let affinity = pod.child("affinity").child("nodeAffinity");
    let required = affinity.child(REQUIRED).child("nodeSelectorTerms");
    let preferred = affinity.child(PREFERRED);
    let set = |pointer: Pointer| Edit::Set {
        pointer,
        value: not_spot.clone(),
    };
    let mut edits = Vec::new();
    let terms = &found.existing.required_nodes;
    let selector = found.node_selector.get(key);
    let is_selected = selector.is_some_and(|value| value != spot);
    if is_selected {
        edits.push(Edit::Remove {
            pointer: pod.child("nodeSelector").child(key),
        });
    }
    if is_selected && terms.is_empty() {
        edits.push(Edit::Append {
            pointer: required.clone(),
            value: serde_json::json!({"matchExpressions": [not_spot]}),
        });
    }
    for (at, term) in terms.iter().enumerate() {
        let before = edits.len();
        let pointers = unmatched_in(term, required.child(at), key, spot);
        edits.extend(pointers.map(set));
        if is_selected && edits.len() == before {
            edits.push(Edit::Append {
                pointer: required.child(at).child("matchExpressions"),
                value: not_spot.clone(),
            });
        }
    }
    for (at, entry) in found.existing.preferred_nodes.iter().enumerate() {
        let pointer = preferred.child(at).child("preference");
        if let Some(term) = &entry.preference {
            edits.extend(unmatched_in(term, pointer, key, spot).map(set));
        }
    }
    let edits = edits.into_iter().map(|edit| ManifestEdit {
        object: found.location,
        edit,
    });
    Fix::Manifest(edits.collect())
}

/// The expressions of a term that select the label but do not allow Spot's value.
fn unmatched_in(
    term: &NodeSelectorTerm,
    pointer: Pointer,
    key: &str,
    spot: &str,
) -> impl Iterator<Item = Pointer> {
    let expressions = term.expressions.iter().enumerate();
    let unmatched = expressions.filter(move |(_, expression)| {
        let requirement = expression.requirement.as_ref();
        requirement.is_some_and(|own| match &own.operator {
            Operator::In(values) => own.key == key && values.iter().all(|value| value != spot),
            _ => false,
        })
    });
    unmatched.map(move |(at, _)| pointer.child("matchExpressions").child(at))
}

/// The first value of an expression that selects the label but does not allow Spot's value.
fn unmatched(term: &NodeSelectorTerm, key: &str, spot: &str) -> Option<String> {
    let mut values = term.requirements().filter_map(|own| match &own.operator {
        Operator::In(values) if own.key == key => Some(values),
        _ => None,
    });
    let values = values.find(|values| values.iter().all(|value| value != spot))?;
    values.first().cloned()
}
