use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, pointers};
use crate::defaults;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::{Effect, NODE_NOT_READY, NODE_UNREACHABLE, Toleration};
use crate::manifests::{Disruption, ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::plan::Plan;
use serde_json::json;

pub(super) const RULE: Rule = Rule {
    id: "slow-node-loss",
    levels: &[Severity::Warning, Severity::Info],
    summary: "pods stay bound to a lost node for 5 minutes before Kubernetes replaces them",
    harm: "A VM that disappears without being drained leaves a node that does not respond. Kubernetes takes 40 to 50 \
           seconds to notice. It then leaves the pods bound to that node for another 300 seconds before it creates new \
           ones.",
    detection: "After an interruption, pods are Running or Unknown on a NotReady node for more than 5 minutes.",
    remedy: "Set `nodeLossTolerationSeconds`; in the class `default`, it is 5. If the delay is intended, set it to \
             `None`. The finding is only an info for the 300 seconds of Kubernetes, which nobody chose.",
    sources: &[
        "kubernetes/kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go: 300 seconds",
        "Azure/AKS#3528: Spot nodes are not drained",
    ],
    check: Check::Placed(check),
};

/// How long pods without a toleration of their own tolerate a lost node: the default of Kubernetes.
const DEFAULT_SECONDS: i64 = 300;
/// The longest acceptable value: about as long as a new node takes.
const SOON_SECONDS: i64 = 120;

const OWNERS_CHOICE: &str = "only its owner knows why it waits that long";

const KEYS: [&str; 2] = [NODE_NOT_READY, NODE_UNREACHABLE];

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let setting = "nodeLossTolerationSeconds";
    let planned = pods
        .planned
        .and_then(|workload| workload.node_loss_toleration_seconds);
    // `None` is meant.
    let is_off = planned.is_none() && pods.setting(findings.document, &[setting]).is_some();
    let existing = pods.existing();
    if planned.is_none() && existing.is_none() {
        return;
    }
    let tolerations = existing.map_or(&[][..], |existing| &existing.tolerations);
    let of = |key: &'static str| {
        tolerations.iter().filter(move |own| {
            own.key.as_deref().is_none_or(|own| own == key)
                && own.effect.is_none_or(|own| own == Effect::NoExecute)
        })
    };
    // Kubernetes adds a missing toleration; one without seconds applies indefinitely.
    let seconds = |key: &'static str| -> Option<i64> {
        let shortest = of(key)
            .map(|toleration| toleration.seconds)
            .min_by_key(|seconds| seconds.unwrap_or(i64::MAX));
        shortest.unwrap_or(Some(DEFAULT_SECONDS))
    };
    // What its manifest says of a taint stays beside what its class would add.
    let has_own = KEYS.iter().any(|key| of(key).next().is_some());
    let bounds = KEYS.map(|key| match planned {
        Some(planned) if of(key).next().is_none() => Some(i64::from(planned)),
        _ => seconds(key),
    });
    let is_soon = |seconds: &Option<i64>| seconds.is_some_and(|seconds| seconds <= SOON_SECONDS);
    // Nothing replaces a bare pod: for it, the longer it waits for its node, the better. So it is with a Job that fails
    // with its first pod.
    let has_one_try = planned.is_none() && pods.found.is_some_and(fails_at_once);
    if is_off
        || has_one_try
        || pods.kind() == Kind::Pod
        || pods.kind() == Kind::DaemonSet
        || !pods.can_be_on_spot(plan)
        || bounds.iter().all(is_soon)
    {
        return;
    }
    let how_long = match bounds
        .iter()
        .max_by_key(|seconds| seconds.unwrap_or(i64::MAX))
    {
        Some(Some(seconds)) => format!("for {seconds} s"),
        _ => "until somebody deletes the node".to_owned(),
    };
    let message = format!(
        "pods of workload `{}` stay bound to a lost node {how_long}, and only then does Kubernetes replace them",
        pods.name()
    );
    let is_kubernetes_default = bounds.iter().all(|bound| *bound == Some(DEFAULT_SECONDS));
    // Nobody has chosen the default.
    let level = if is_kubernetes_default {
        Severity::Info
    } else {
        Severity::Warning
    };
    let seconds = defaults::NODE_LOSS_SECONDS;
    match (pods.planned, pods.found) {
        (Some(_), Some(found)) if has_own => {
            findings.in_manifest(found.locations.node_loss, message, |diagnostic| {
                diagnostic
                    .level(level)
                    .help(own_tolerations(tolerations, setting))
                    .no_fix(OWNERS_CHOICE)
            });
        }
        (Some(_), _) if let Some(pointer) = pods.setting(findings.document, &[setting]) => {
            let fix = Fix::set(pointer.clone(), seconds);
            findings.at_workload_setting(pods, Some(pointer), message, |diagnostic| {
                diagnostic
                    .level(level)
                    .help(format!("set `{setting}: {seconds}`"))
                    .fix(fix)
                    .choice(OWNERS_CHOICE)
            });
        }
        (Some(workload), _) => {
            let class = pointers::spec("classes").child(&workload.class);
            findings.at_workload(pods, &[setting], message, |diagnostic| {
                diagnostic
                    .level(level)
                    .help(format!("set `{setting}: {seconds}` in its class"))
                    .fix(Fix::set(class.child(setting), seconds))
            });
        }
        (None, Some(found)) => {
            let kind = (how_long, ("workload", found.name.as_str()));
            findings.once_in_manifests(found.locations.node_loss, kind, message, |diagnostic| {
                diagnostic
                    .level(level)
                    .help(format!(
                        "tolerate `{NODE_NOT_READY}` and `{NODE_UNREACHABLE}` for `tolerationSeconds: {seconds}`, or \
                         match it with a class rule"
                    ))
                    .fix(tolerate(found, seconds))
            });
        }
        (None, None) => {}
    }
}

/// If several tolerations match a taint, the shortest one applies.
/// Source: kubernetes/kubernetes `pkg/controller/tainteviction/taint_eviction.go`, `getMinTolerationTime`.
fn tolerate(found: &ManifestWorkload, seconds: i32) -> Fix {
    let pointer = pod_spec_pointer(found.kind).child("tolerations");
    let edits = KEYS.map(|key| ManifestEdit {
        object: found.locations.name,
        edit: Edit::Append {
            pointer: pointer.clone(),
            value: json!({
                "key": key,
                "operator": "Exists",
                "effect": "NoExecute",
                "tolerationSeconds": seconds,
            }),
        },
    });
    Fix::Manifest(edits.into())
}

/// Whether it is a Job that a lost pod fails as a whole.
fn fails_at_once(found: &ManifestWorkload) -> bool {
    found.job.is_some_and(|job| match job.disruption {
        Disruption::Ignored => false,
        Disruption::Counted => job.backoff_limit == 0,
        Disruption::Fails => true,
    })
}

/// What to do about tolerations of its own.
fn own_tolerations(tolerations: &[Toleration], setting: &str) -> String {
    let mut own = tolerations.iter();
    if own.any(|own| own.key.as_deref().is_some_and(|key| KEYS.contains(&key))) {
        return format!(
            "remove its own tolerations of `{NODE_NOT_READY}` and `{NODE_UNREACHABLE}`: they take precedence over \
             `{setting}` of its class"
        );
    }
    format!(
        "give its toleration without a key the keys that it is for: it also tolerates `{NODE_NOT_READY}` and \
         `{NODE_UNREACHABLE}`, and takes precedence over `{setting}` of its class"
    )
}
