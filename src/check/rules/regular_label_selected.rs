use crate::check::capacity_values::{Odd, OddPlace, Strength, odd};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::REQUIRED;
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::providers::Meaning;

pub(super) const RULE: Rule = Rule {
    id: "regular-label-selected",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload selects on-demand nodes by a label value that no node has",
    harm: "On AKS, regular nodes do not have the label `kubernetes.azure.com/scalesetpriority` at all. Only Spot nodes \
           have it, with the value `spot`. It is the same with `cloud.google.com/gke-spot: \"true\"` on GKE. A workload \
           that requires any other value matches no node and stays Pending. A preference for another value has no \
           effect, and neither has `NotIn` with another value.",
    detection: "The pods are Pending with `node(s) didn't match Pod's node affinity/selector`.",
    remedy: "Select on-demand nodes with `NotIn [spot]`, or by a label of your own. A class with `placement: {spot: \
             Never}` adds the `NotIn` requirement.",
    sources: &[
        "Azure/AKS#4761",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the label of Spot nodes",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, workload: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = workload.found else {
        return;
    };
    let mut odd = odd(plan, found);
    // Terms are alternatives: one that a node can satisfy is enough.
    odd.retain(|odd| odd.means_absent() && odd.strength != Strength::OneOfSeveral);
    let (mut required, mut others): (Vec<_>, Vec<_>) = odd
        .iter()
        .partition(|odd| odd.strength == Strength::Required && !odd.excludes);
    let (first, level) = match (required.first(), others.first()) {
        (Some(first), _) => (*first, Severity::Error),
        (None, Some(first)) => (*first, Severity::Warning),
        (None, None) => return,
    };
    let (key, spot) = (first.label.key, first.label.spot);
    required.append(&mut others);
    required.retain(|odd| odd.label.key == key);
    let (verb, end) = match (level, first.excludes) {
        (Severity::Error, _) => ("requires", "its pods stay Pending"),
        (_, true) => ("excludes", "that has no effect"),
        (_, false) => ("prefers", "the preference has no effect"),
    };
    let message = format!(
        "{} `{}` {verb} nodes with `{key}={}`, but no node has that label value: {end}",
        found.kind.as_str(),
        found.name,
        first.first()
    );
    let help = if first.excludes {
        format!("select Spot nodes with `{key} In [{spot}]`; only they have this label")
    } else {
        format!(
            "select on-demand nodes with `{key} NotIn [{spot}]`, or use a class with `placement: {{spot: Never}}`; only \
             Spot nodes have this label"
        )
    };
    findings.in_manifest(first.location, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(help)
            .cure(select(found, (key, spot), &required))
    });
}

/// Replaces every selection of another value with `NotIn` Spot's value.
fn select(
    found: &ManifestWorkload,
    (key, spot): (&str, &str),
    odd: &[&Odd<'_>],
) -> Result<Fix, &'static str> {
    if odd.iter().any(|odd| odd.excludes) {
        return Err("only its owner knows whether its pods may run on Spot alone");
    }
    let mut meanings = odd.iter().flat_map(|odd| &odd.values);
    if meanings.any(|(_, meaning)| *meaning == Meaning::Unknown) {
        return Err("only its owner knows which nodes the value is to mean");
    }
    let not_spot = serde_json::json!({"key": key, "operator": "NotIn", "values": [spot]});
    let pod = pod_spec_pointer(found.kind);
    let affinity = pod.child("affinity").child("nodeAffinity");
    let required = affinity.child(REQUIRED).child("nodeSelectorTerms");
    let mut edits = Vec::new();
    let terms = found.existing.required_nodes.len();
    let is_selected = odd.iter().any(|odd| odd.place == OddPlace::NodeSelector);
    if is_selected {
        edits.push(Edit::Remove {
            pointer: pod.child("nodeSelector").child(key),
        });
    }
    if is_selected && terms == 0 {
        edits.push(Edit::Append {
            pointer: required.clone(),
            value: serde_json::json!({"matchExpressions": [not_spot]}),
        });
    }
    let expressions = odd.iter().filter_map(|odd| match &odd.place {
        OddPlace::Expression(pointer) => Some(pointer),
        OddPlace::NodeSelector => None,
    });
    for at in 0..terms {
        let term = required.child(at);
        if is_selected && !expressions.clone().any(|own| own.lies_in(&term)) {
            edits.push(Edit::Append {
                pointer: term.child("matchExpressions"),
                value: not_spot.clone(),
            });
        }
    }
    edits.extend(expressions.map(|pointer| Edit::Set {
        pointer: pointer.clone(),
        value: not_spot.clone(),
    }));
    let edits = edits.into_iter().map(|edit| ManifestEdit {
        object: found.location,
        edit,
    });
    Ok(Fix::Manifest(edits.collect()))
}
