use crate::check::asked_labels::{preferred, required};
use crate::check::capacity_values::{Odd, OddPlace, Strength, odd};
use crate::check::findings::Findings;
use crate::check::fixes::tolerations;
use crate::check::misspelled_tolerations::has_wrong_toleration;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::{WorkloadView, node_labels};
use crate::plan::Plan;
use crate::values::words::quoted;
use serde_json::json;

pub(super) const RULE: Rule = Rule {
    id: "misspelled-node-label",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a workload selects nodes by a misspelled label of the cloud, or a misspelled value",
    harm: "Only the cloud sets labels in its own domain, and it sets none that is spelled so. Pods that require the label \
           stay Pending, and a preference for it has no effect. It is the same with the value: upper and lower case \
           count, and each cloud has its own words (`spot` on AKS, `SPOT` and `ON_DEMAND` on EKS, `\"true\"` on GKE, \
           `spot` and `on-demand` for Karpenter). `NotIn` with a misspelled value keeps the pods off no node: they run \
           on Spot. The API server accepts any label.",
    detection: "`kubectl get nodes -L KEY` shows the label, or the value, on no node.",
    remedy: "Correct the label or the value. If nodes do have it, say so under `labels` of the pool.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/use-labels.md",
        "awsdocs/amazon-eks-user-guide latest/ug/nodes/managed-node-groups.adoc",
        "https://cloud.google.com/kubernetes-engine/docs/concepts/spot-vms",
        "kubernetes-sigs/karpenter pkg/apis/v1/labels.go",
    ],
    check: Check::Workload(check),
};

const CHOICE: &str = "if the nodes have the label, list it in `labels` of their pool";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found else {
        return;
    };
    check_keys(plan, found, findings);
    check_values(plan, (pods, found), findings);
}

fn check_keys(plan: &Plan, found: &ManifestWorkload, findings: &mut Findings<'_>) {
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

/// One finding for each label with a wrong value.
fn check_values(
    plan: &Plan,
    (pods, found): (WorkloadView<'_>, &ManifestWorkload),
    findings: &mut Findings<'_>,
) {
    // Its class adds the toleration, or keeps it off Spot.
    let lacks_toleration =
        pods.spot().is_none() && !pods.tolerates_spot(plan) && !has_wrong_toleration(plan, found);
    let all = odd(plan, found);
    let mut told = Vec::new();
    for first in all.iter().filter(|odd| !odd.means_absent()) {
        let key = first.label.key;
        if told.contains(&key) {
            continue;
        }
        told.push(key);
        let same = all
            .iter()
            .filter(|odd| odd.label.key == key && !odd.means_absent());
        let same: Vec<&Odd<'_>> = same.collect();
        let means_spot = |odd: &&Odd<'_>| {
            let meant = odd.meant().unwrap_or_default();
            !odd.excludes && meant.contains(&odd.label.spot)
        };
        let has_to_tolerate = lacks_toleration && same.iter().any(means_spot);
        let also = has_to_tolerate.then(|| {
            let missing = pods.missing_spot_tolerations(plan);
            tolerations::edits(found.location, found.kind, &missing)
        });
        let prefers = matches!(pods.spot(), Some(Spot::Preferred | Spot::Avoided));
        let is_requirement = |odd: &&Odd<'_>| odd.place == OddPlace::NodeSelector;
        let is_too_much = prefers
            && same
                .iter()
                .filter(|odd| means_spot(odd))
                .any(is_requirement);
        let cure = Cure { also, is_too_much };
        check_value(found, first, (&same, cure), findings);
    }
}

/// What has to change besides the values.
struct Cure {
    /// The tolerations that the pods then need.
    also: Option<Vec<ManifestEdit>>,
    /// Whether the class prefers Spot, and a `nodeSelector` for it would leave the pods no failover.
    is_too_much: bool,
}

fn check_value(
    found: &ManifestWorkload,
    first: &Odd<'_>,
    (same, cure): (&[&Odd<'_>], Cure),
    findings: &mut Findings<'_>,
) {
    let (level, verb, end) = match (first.strength, first.excludes) {
        (Strength::Required, true) => (
            Severity::Error,
            "excludes",
            "it is kept off no node, and can run on those that are meant",
        ),
        (Strength::Preferred, true) => (
            Severity::Warning,
            "prefers to avoid",
            "the preference has no effect",
        ),
        (Strength::OneOfSeveral, true) => {
            (Severity::Warning, "excludes", "that term excludes no node")
        }
        (Strength::Required, false) if found.kind == Kind::DaemonSet => {
            (Severity::Error, "requires", "it runs nowhere")
        }
        (Strength::Required, false) => (Severity::Error, "requires", "its pods stay Pending"),
        (Strength::OneOfSeveral, false) => {
            (Severity::Warning, "asks for", "that term takes no node")
        }
        (Strength::Preferred, false) => {
            (Severity::Warning, "prefers", "the preference has no effect")
        }
    };
    let label = first.label;
    let message = format!(
        "{} `{}` {verb} nodes with `{}={}`, but no node has that label value: {end}",
        found.kind.as_str(),
        found.name,
        label.key,
        first.first()
    );
    let known = [Some(label.spot), label.on_demand].into_iter().flatten();
    let known: Vec<&str> = known.chain(label.others.iter().copied()).collect();
    let help = match first.meant().as_deref() {
        Some([meant, ..]) if cure.is_too_much => {
            format!(
                "remove it: its class places it, and with `{meant}` its pods would stay Pending without Spot"
            )
        }
        Some([meant, ..]) if cure.also.is_some() => {
            format!(
                "did you mean `{meant}`? Spot nodes have a taint, which it has to tolerate as well"
            )
        }
        Some([meant, ..]) => format!("did you mean `{meant}`?"),
        _ => format!("the label has these values: {}", quoted(&known)),
    };
    findings.in_manifest(first.location, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(help)
            .cure(correct_values(found, same, cure))
    });
}

/// Writes the values that are meant in place of the others. What is asked for stays the same.
fn correct_values(
    found: &ManifestWorkload,
    same: &[&Odd<'_>],
    cure: Cure,
) -> Result<Fix, &'static str> {
    let mut edits = Vec::new();
    for odd in same {
        let meant = odd.meant();
        let meant = meant.ok_or("only its owner knows which nodes the value is to mean")?;
        let edit = match &odd.place {
            OddPlace::NodeSelector => {
                let selector = pod_spec_pointer(found.kind).child("nodeSelector");
                let pointer = selector.child(odd.label.key);
                match meant.first() {
                    Some(value) if !cure.is_too_much => Edit::Set {
                        pointer,
                        value: json!(value),
                    },
                    _ => Edit::Remove { pointer },
                }
            }
            OddPlace::Expression(pointer) => {
                let mut values: Vec<&str> = Vec::new();
                for value in meant {
                    if !values.contains(&value) {
                        values.push(value);
                    }
                }
                Edit::Set {
                    pointer: pointer.child("values"),
                    value: json!(values),
                }
            }
        };
        edits.push(ManifestEdit {
            object: found.location,
            edit,
        });
    }
    edits.extend(cure.also.unwrap_or_default());
    Ok(Fix::Manifest(edits))
}
