use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::model::WorkloadView;
use serde_json::{Value, json};

use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::kubernetes::{PREFERRED, REQUIRED};
use crate::manifests::{Found, pod_spec_pointer};
use crate::providers::OtherValues;

pub(super) const RULE: Rule = Rule {
    id: "regular-label-selected",
    level: Severity::Error,
    summary: "a workload selects on-demand nodes by a label that they do not have",
    harm: "Regular nodes of AKS do not carry `kubernetes.azure.com/scalesetpriority` at all: only Spot nodes do, \
           with the value `spot`. A workload that requires any other value of it matches no node and stays Pending; a \
           preference for one has no effect.",
    detection: "The pods are Pending with `node(s) didn't match Pod's node affinity/selector`.",
    remedy: "Select on-demand by `NotIn [spot]`, or by a label of your own. A class with \
             `spot: Never` does it.",
    sources: &[
        "Azure/AKS#4761",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the label of Spot nodes",
    ],
    check: Check::Workload(check),
};

fn check(system: &System, workload: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    if plan.provider.labels.other_values != OtherValues::Never {
        return;
    }
    let (key, spot) = plan.spot_label();
    let Some(found) = workload.found else {
        return;
    };
    let by_selector = found.node_selector.get(key).filter(|value| *value != spot);
    let own = &found.own;
    // Terms are alternatives: one that can be met is enough.
    let terms = own.node_affinity_required.iter();
    let terms: Vec<_> = terms.map(|term| unmatched(term, key, spot)).collect();
    let is_stuck = terms.iter().all(Option::is_some);
    let by_terms = terms.into_iter().flatten().next().filter(|_| is_stuck);
    let mut preferences = own
        .node_affinity_preferred
        .iter()
        .filter_map(|term| term.get("preference"));
    let mut preferred = || preferences.find_map(|term| unmatched(term, key, spot));
    let (verb, value, end, level) = if let Some(value) = by_selector.cloned().or(by_terms) {
        ("wants", value, "", Severity::Error)
    } else if let Some(value) = preferred() {
        let end = ": the preference has no effect";
        ("prefers", value, end, Severity::Warning)
    } else {
        return;
    };
    let message = format!(
        "{} `{}` {verb} nodes with `{key}={value}`, and no node has that{end}",
        found.kind.as_str(),
        found.name
    );
    findings.in_manifest(found.place, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(format!(
                "regular nodes have no such label: select by `{key} NotIn [{spot}]`, or use a \
                class with `spot: Never`"
            ))
            .fix(select(found, key, spot))
    });
}

/// Selects what has not Spot's value, wherever another one is wanted.
fn select(found: &Found, key: &str, spot: &str) -> Fix {
    let not_spot = json!({"key": key, "operator": "NotIn", "values": [spot]});
    let pod = pod_spec_pointer(found.kind);
    let affinity = pod.child("affinity").child("nodeAffinity");
    let required = affinity.child(REQUIRED).child("nodeSelectorTerms");
    let preferred = affinity.child(PREFERRED);
    let set = |pointer: Pointer| Edit::Set {
        pointer,
        value: not_spot.clone(),
    };
    let mut edits = Vec::new();
    let terms = &found.own.node_affinity_required;
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
            value: json!({"matchExpressions": [not_spot]}),
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
    for (at, entry) in found.own.node_affinity_preferred.iter().enumerate() {
        let pointer = preferred.child(at).child("preference");
        let pointers = unmatched_in(&entry["preference"], pointer, key, spot);
        edits.extend(pointers.map(set));
    }
    let edits = edits.into_iter().map(|edit| ManifestEdit {
        object: found.place,
        edit,
    });
    Fix::Manifest(edits.collect())
}

/// The expressions of a term that want no value of Spot's.
fn unmatched_in(
    term: &Value,
    pointer: Pointer,
    key: &str,
    spot: &str,
) -> impl Iterator<Item = Pointer> {
    let expressions = term["matchExpressions"].as_array().into_iter().flatten();
    let unmatched = expressions.enumerate().filter(move |(_, expression)| {
        let values = expression["values"].as_array();
        expression["key"] == key
            && expression["operator"] == "In"
            && values.is_some_and(|values| values.iter().all(|value| value != spot))
    });
    unmatched.map(move |(at, _)| pointer.child("matchExpressions").child(at))
}

/// What an expression wants that has no place for Spot's value.
fn unmatched(term: &Value, key: &str, spot: &str) -> Option<String> {
    let expressions = term.get("matchExpressions")?.as_array()?;
    let wants = |expression: &&Value| expression["key"] == key && expression["operator"] == "In";
    let mut values = expressions
        .iter()
        .filter(wants)
        .filter_map(|expression| expression["values"].as_array());
    let values = values.find(|values| values.iter().all(|value| value != spot))?;
    values.first()?.as_str().map(str::to_owned)
}
