use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::kubernetes::{Operator, Requirement};
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::{node_labels, pinning};
use crate::plan::Plan;
use crate::suggest::similar;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-pinned-to-nothing",
    levels: &[Severity::Error],
    summary: "placeholders require a node label that no listed pool has",
    harm: "The placeholders stay Pending indefinitely. The autoscaler adds no node for them either, because no new node \
           would have the label. They hold no headroom and trigger no scale-up.",
    detection: "The placeholders have the event `NotTriggerScaleUp`, with `node(s) didn't match Pod's node \
                affinity/selector`.",
    remedy: "Require a label that the nodes of a pool have. If the nodes do have it, list it in `labels` of their pool.",
    sources: &[
        "kubernetes/autoscaler#6086",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/",
    ],
    check: Check::Installed(check),
};

const CHOICE: &str = "if the nodes have the label, list it in `labels` of their pool";

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    for found in installed.placeholders().filter(|found| !found.is_off()) {
        let unmet = pinning::unmet(plan, found);
        if unmet.is_empty() {
            continue;
        }
        let message = format!(
            "placeholders `{}` stay Pending: they require {}, and no listed pool has nodes with {}",
            found.name,
            unmet.iter().map(written).collect::<Vec<_>>().join(" and "),
            if unmet.len() == 1 {
                "that label"
            } else {
                "these labels"
            },
        );
        let meant = match &unmet[..] {
            [only] => meant(plan, only),
            _ => None,
        };
        findings.in_manifest(found.locations.nodes, message, |diagnostic| match meant {
            Some((key, value)) => diagnostic
                .help(format!("did you mean `{key}: {value}`?"))
                .cure(select(found, &unmet[0], (key, value)))
                .choice(CHOICE),
            None => diagnostic
                .help(
                    "require a label of a pool; if the nodes have this one, list it in `labels` of their pool, under \
                     `spec.nodePools`",
                )
                .no_fix("only the owner knows which nodes are meant, or which labels they have"),
        });
    }
}

/// As kubectl writes it: `` `workload in (web)` ``.
fn written(requirement: &Requirement) -> String {
    let key = &requirement.key;
    match &requirement.operator {
        Operator::In(values) if values.len() == 1 => format!("`{key}={}`", values[0]),
        Operator::In(values) => format!("`{key} in ({})`", values.join(", ")),
        Operator::NotIn(values) => format!("`{key} notin ({})`", values.join(", ")),
        Operator::Exists => format!("`{key}`"),
        Operator::DoesNotExist => format!("`!{key}`"),
        Operator::Gt(number) => format!("`{key}` greater than {number}"),
        Operator::Lt(number) => format!("`{key}` less than {number}"),
    }
}

/// The label that is misspelled: the key of the cloud's, or the value or the key of a declared one.
fn meant<'p>(plan: &'p Plan, requirement: &'p Requirement) -> Option<(&'p str, &'p str)> {
    let Operator::In(values) = &requirement.operator else {
        return None;
    };
    let [value] = &values[..] else {
        return None;
    };
    if let Some(key) = node_labels::meant(plan, &requirement.key) {
        return Some((key, value));
    }
    // Values are compared with their case, and EKS writes `SPOT`.
    let mut of_spot = node_labels::spot_labels(plan);
    let other_case =
        of_spot.find(|(key, own)| *key == requirement.key && own.eq_ignore_ascii_case(value));
    if other_case.is_some() {
        return other_case;
    }
    let pools = plan.node_pools.iter();
    let labels = pools.flat_map(|pool| pool.labels.iter());
    let labels: Vec<(&str, &str)> = labels
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    let of_key = labels.iter().filter(|(key, _)| *key == requirement.key);
    let near_value = similar(value, of_key.map(|(_, value)| *value));
    let same_value = labels.iter().filter(|(_, own)| own == value);
    let near_key = similar(&requirement.key, same_value.map(|(key, _)| *key));
    let mut labels = labels.iter().copied();
    labels.find(|(key, own)| {
        *key == requirement.key && Some(*own) == near_value
            || Some(*key) == near_key && own == value
    })
}

/// Writes the label that is meant in place of the other.
fn select(
    found: &ManifestWorkload,
    unmet: &Requirement,
    (key, value): (&str, &str),
) -> Result<Fix, &'static str> {
    if found.node_selector.get(&unmet.key).is_none() {
        return Err("the label is in one of several terms of an affinity");
    }
    let selector = pod_spec_pointer(found.kind).child("nodeSelector");
    let set = Edit::Set {
        pointer: selector.child(key),
        value: value.into(),
    };
    if key == unmet.key {
        return Ok(Fix::manifest(found.location, set));
    }
    let remove = Edit::Remove {
        pointer: selector.child(&unmet.key),
    };
    Ok(Fix::Manifest(
        [set, remove]
            .map(|edit| crate::diagnostic::ManifestEdit {
                object: found.location,
                edit,
            })
            .into(),
    ))
}
