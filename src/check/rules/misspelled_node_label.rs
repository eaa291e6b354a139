use crate::check::asked_labels::{preferred, required};
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::{WorkloadView, node_labels};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "misspelled-node-label",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload selects nodes by a misspelled label of the cloud",
    harm: "Only the cloud sets labels in its own domain, and it sets none that is spelled so. Pods that require the label \
           stay Pending, and a preference for it has no effect. The API server accepts any label.",
    detection: "`kubectl get nodes -L KEY` shows the label on no node.",
    remedy: "Correct the label. If nodes do have it, say so under `labels` of the pool.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md",
        "awsdocs/amazon-eks-user-guide latest/ug/nodes/managed-node-groups.adoc",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms",
    ],
    check: Check::Workload(check),
};

const CHOICE: &str = "if the nodes have the label, list it in `labels` of their pool";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    let misspelled = |(key, location)| Some((key, location, node_labels::meant(plan, key)?));
    let (level, verb, end, (key, location, meant)) =
        if let Some(found_key) = required(found).find_map(misspelled) {
            let end = match found.kind {
                Kind::DaemonSet => "it runs nowhere",
                _ => "its pods stay Pending",
            };
            (Severity::Error, "requires", end, found_key)
        } else if let Some(found_key) = preferred(found).find_map(misspelled) {
            (
                Severity::Warning,
                "prefers",
                "the preference has no effect",
                found_key,
            )
        } else {
            return;
        };
    let message = format!(
        "{} `{}` {verb} nodes with the label `{key}`, which no node has: {end}",
        found.kind.as_str(),
        found.name
    );
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(format!("did you mean `{meant}`?"))
            .cure(correct(found, key, meant))
            .choice(CHOICE)
    });
}

/// Writes the label that is meant in place of the other.
fn correct(found: &ManifestWorkload, key: &str, meant: &str) -> Result<Fix, &'static str> {
    let value = found.node_selector.get(key);
    let value = value.ok_or("the label is in one of several terms of an affinity")?;
    let selector = pod_spec_pointer(found.kind).child("nodeSelector");
    let set = Edit::Set {
        pointer: selector.child(meant),
        value: value.as_str().into(),
    };
    let remove = Edit::Remove {
        pointer: selector.child(key),
    };
    let edits = [set, remove].map(|edit| ManifestEdit {
        object: found.location,
        edit,
    });
    Ok(Fix::Manifest(edits.into()))
}
