use crate::check::capacity_values;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, pointers};
use crate::defaults;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::{Effect, NODE_NOT_READY, NODE_UNREACHABLE, TaintValue, Toleration};
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
             `None`. The finding is only an info for the 300 seconds of Kubernetes, which nobody chose. Of several \
             tolerations that match a taint, the first counts: `operator: Exists` without a key hides those behind it.",
    sources: &[
        "kubernetes/kubernetes plugin/pkg/admission/defaulttolerationseconds/admission.go: 300 seconds",
        "kubernetes/kubernetes pkg/apis/core/v1/helper/helpers.go, `GetMatchingTolerations`: the first that matches",
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
    // What its manifest says of a taint stays in front of what its class would add.
    let has_own = KEYS.iter().any(|key| first(tolerations, key).is_some());
    let bounds = KEYS.map(|key| match first(tolerations, key) {
        // One without seconds applies indefinitely, one with less than none at once.
        Some(own) => own.seconds.map(|seconds| seconds.max(0)),
        None => planned.map_or_else(
            || Some(unasked_seconds(tolerations, key)),
            |planned| Some(i64::from(planned)),
        ),
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
        || capacity_values::has_odd(plan, pods.found)
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
        (_, Some(found)) if has_own => {
            let help = own_tolerations(tolerations, planned.map(|_| setting));
            let kind = (how_long + &help, ("workload", found.name.as_str()));
            findings.once_in_manifests(found.locations.node_loss, kind, message, |diagnostic| {
                diagnostic.level(level).help(help).no_fix(OWNERS_CHOICE)
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
            // One finding for all workloads of the class.
            let class = pointers::spec("classes").child(&workload.class);
            findings.at_workload_setting(pods, Some(class.clone()), message, |diagnostic| {
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

/// The toleration that counts: the first one that tolerates the taint, whatever the others say.
/// Source: kubernetes/kubernetes `pkg/apis/core/v1/helper/helpers.go`, `GetMatchingTolerations`; the shortest of several
/// (`pkg/controller/tainteviction/taint_eviction.go`, `getMinTolerationTime`) is that of several taints.
fn first<'t>(tolerations: &'t [Toleration], key: &str) -> Option<&'t Toleration> {
    let mut tolerations = tolerations.iter();
    tolerations.find(|own| own.tolerates(key, TaintValue::Fixed(None), Effect::NoExecute))
}

/// How long pods tolerate a taint that they say nothing of. Kubernetes adds its toleration, unless there is one of the key,
/// even if that is for another value.
/// Source: kubernetes/kubernetes `plugin/pkg/admission/defaulttolerationseconds/admission.go`, `Admit`.
fn unasked_seconds(tolerations: &[Toleration], key: &str) -> i64 {
    let mut tolerations = tolerations.iter();
    let is_there = tolerations.any(|own| {
        own.key.as_deref().is_none_or(|own| own == key)
            && own.effect.is_none_or(|own| own == Effect::NoExecute)
    });
    if is_there { 0 } else { DEFAULT_SECONDS }
}

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

/// What to do about tolerations of its own. `setting` is that of its class, if it has one.
fn own_tolerations(tolerations: &[Toleration], setting: Option<&str>) -> String {
    let counting = KEYS.iter().filter_map(|key| first(tolerations, key));
    let without_key = counting.clone().any(|own| own.key.is_none());
    let taints = format!("`{NODE_NOT_READY}` and `{NODE_UNREACHABLE}`");
    let named = tolerations
        .iter()
        .any(|own| own.key.as_deref().is_some_and(|key| KEYS.contains(&key)));
    match (without_key, setting) {
        // The first one counts.
        (true, _) if named => format!(
            "move its tolerations of {taints} in front of the one without a key: the first toleration that matches a taint \
             counts"
        ),
        (true, Some(setting)) => format!(
            "give its toleration without a key the keys that it is for: it also tolerates {taints}, and takes precedence \
             over `{setting}` of its class"
        ),
        (true, None) => format!(
            "give its toleration without a key the keys that it is for, or put tolerations of {taints} with \
             `tolerationSeconds: {}` in front of it: the first that matches a taint counts",
            defaults::NODE_LOSS_SECONDS
        ),
        (false, Some(setting)) => format!(
            "remove its own tolerations of {taints}: they take precedence over `{setting}` of its class"
        ),
        (false, None) => format!(
            "set `tolerationSeconds: {}` in its tolerations of {taints}",
            defaults::NODE_LOSS_SECONDS
        ),
    }
}
