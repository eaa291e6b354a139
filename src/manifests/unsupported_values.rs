//! Fields that take one of a few words, with another word: the API server refuses the whole object.

use super::later::Later;
use crate::config::{Kind, WhenUnsatisfiable};
use crate::diagnostic::Pointer;
use crate::kubernetes::{PREFERRED, REQUIRED};
use crate::source::Span;
use crate::yaml::Node;

/// A field with a word that the API server does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsupportedValue {
    pub pointer: Pointer,
    /// The key of the field.
    pub field: &'static str,
    pub written: String,
    pub taken: Taken,
    pub location: Span,
}

/// What the API server takes in such a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Words(&'static [&'static str]),
    /// A number of at least 1.
    Positive,
    /// Nothing, beside `whenUnsatisfiable: ScheduleAnyway`.
    NothingWhereSoft,
}

/// The field at the end of a path, in which [`EACH`] stands for every item of a list, and the words that it takes.
type Field = (&'static [&'static str], &'static [&'static str]);

const EACH: &str = "[]";

const HONOR: &[&str] = &["Honor", "Ignore"];
const LABEL_OPERATORS: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist"];
const NODE_OPERATORS: &[&str] = &["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"];
const PREEMPTION: &[&str] = &["PreemptLowerPriority", "Never"];
const ROLLING: &[&str] = &["RollingUpdate", "OnDelete"];

/// In a pod spec.
///
/// `Lt` and `Gt` of a toleration are behind a feature gate, which may be on.
/// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `ValidateTolerations`, `validateTaintEffect`,
/// `ValidateNodeSelectorRequirement`, `ValidateTopologySpreadConstraints`, `ValidatePreemptionPolicy`; kubernetes/apimachinery
/// pkg/apis/meta/v1/validation/validation.go, `ValidateLabelSelectorRequirement`.
const POD: &[Field] = &[
    (
        &["tolerations", EACH, "operator"],
        &["Equal", "Exists", "Lt", "Gt"],
    ),
    (
        &["tolerations", EACH, "effect"],
        &["NoSchedule", "PreferNoSchedule", "NoExecute"],
    ),
    (
        &[
            "affinity",
            "nodeAffinity",
            REQUIRED,
            "nodeSelectorTerms",
            EACH,
            "matchExpressions",
            EACH,
            "operator",
        ],
        NODE_OPERATORS,
    ),
    (
        &[
            "affinity",
            "nodeAffinity",
            PREFERRED,
            EACH,
            "preference",
            "matchExpressions",
            EACH,
            "operator",
        ],
        NODE_OPERATORS,
    ),
    (
        &[
            "affinity",
            "podAffinity",
            REQUIRED,
            EACH,
            "labelSelector",
            "matchExpressions",
            EACH,
            "operator",
        ],
        LABEL_OPERATORS,
    ),
    (
        &[
            "affinity",
            "podAffinity",
            PREFERRED,
            EACH,
            "podAffinityTerm",
            "labelSelector",
            "matchExpressions",
            EACH,
            "operator",
        ],
        LABEL_OPERATORS,
    ),
    (
        &[
            "affinity",
            "podAntiAffinity",
            REQUIRED,
            EACH,
            "labelSelector",
            "matchExpressions",
            EACH,
            "operator",
        ],
        LABEL_OPERATORS,
    ),
    (
        &[
            "affinity",
            "podAntiAffinity",
            PREFERRED,
            EACH,
            "podAffinityTerm",
            "labelSelector",
            "matchExpressions",
            EACH,
            "operator",
        ],
        LABEL_OPERATORS,
    ),
    (
        &["topologySpreadConstraints", EACH, "whenUnsatisfiable"],
        &["DoNotSchedule", "ScheduleAnyway"],
    ),
    (
        &["topologySpreadConstraints", EACH, "nodeAffinityPolicy"],
        HONOR,
    ),
    (
        &["topologySpreadConstraints", EACH, "nodeTaintsPolicy"],
        HONOR,
    ),
    (
        &[
            "topologySpreadConstraints",
            EACH,
            "labelSelector",
            "matchExpressions",
            EACH,
            "operator",
        ],
        LABEL_OPERATORS,
    ),
    (&["preemptionPolicy"], PREEMPTION),
];

/// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `validateRestartPolicy`.
const RESTART_OF_PODS: &[&str] = &["Always", "OnFailure", "Never"];
/// Source: kubernetes/kubernetes pkg/apis/apps/validation/validation.go, `ValidatePodTemplateSpecForReplicaSet`,
/// `ValidatePodTemplateSpecForStatefulSet` and `ValidateDaemonSetSpec`.
const RESTART_OF_SETS: &[&str] = &["Always"];
/// Source: kubernetes/kubernetes pkg/apis/batch/validation/validation.go, `validatePodTemplateSpec` of Jobs.
const RESTART_OF_JOBS: &[&str] = &["OnFailure", "Never"];

/// Source: kubernetes/kubernetes pkg/apis/apps/validation/validation.go, `ValidateDeploymentStrategy`.
const DEPLOYMENT: &[Field] = &[(&["strategy", "type"], &["RollingUpdate", "Recreate"])];

/// Source: kubernetes/kubernetes pkg/apis/apps/validation/validation.go, `ValidateStatefulSetSpec`.
const STATEFUL_SET: &[Field] = &[
    (&["updateStrategy", "type"], ROLLING),
    (&["podManagementPolicy"], &["OrderedReady", "Parallel"]),
];

/// Source: kubernetes/kubernetes pkg/apis/apps/validation/validation.go, `ValidateDaemonSetUpdateStrategy`.
const DAEMON_SET: &[Field] = &[(&["updateStrategy", "type"], ROLLING)];

/// Source: kubernetes/kubernetes pkg/apis/batch/validation/validation.go, `validateJobSpec`, `validatePodFailurePolicyRule`,
/// `validatePodFailurePolicyRuleOnExitCodes`.
const JOB: &[Field] = &[
    (&["completionMode"], &["NonIndexed", "Indexed"]),
    (
        &["podReplacementPolicy"],
        &["TerminatingOrFailed", "Failed"],
    ),
    (
        &["podFailurePolicy", "rules", EACH, "action"],
        &["Ignore", "Count", "FailJob", "FailIndex"],
    ),
    (
        &["podFailurePolicy", "rules", EACH, "onExitCodes", "operator"],
        &["In", "NotIn"],
    ),
];

/// Source: kubernetes/kubernetes pkg/apis/batch/validation/validation.go, `validateConcurrencyPolicy`.
const CRON_JOB: &[Field] = &[(&["concurrencyPolicy"], &["Allow", "Forbid", "Replace"])];

/// Of a budget.
/// Source: kubernetes/kubernetes pkg/apis/policy/validation/validation.go, `ValidatePodDisruptionBudgetSpec`.
pub(super) const BUDGET: &[Field] = &[(
    &["spec", "unhealthyPodEvictionPolicy"],
    &["IfHealthyBudget", "AlwaysAllow"],
)];

/// Of a priority class.
/// Source: kubernetes/kubernetes pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClass`.
pub(super) const PRIORITY_CLASS: &[Field] = &[(&["preemptionPolicy"], PREEMPTION)];

/// Those of a workload.
pub(super) fn of_workload(object: &Node<'_>, kind: Kind, later: Later) -> Vec<UnsupportedValue> {
    let spec: &[&str] = &["spec"];
    let in_job: &[&str] = &["spec", "jobTemplate", "spec"];
    let (owner, of_owner) = match kind {
        Kind::Deployment => (spec, DEPLOYMENT),
        Kind::StatefulSet => (spec, STATEFUL_SET),
        Kind::DaemonSet => (spec, DAEMON_SET),
        Kind::Job => (spec, JOB),
        Kind::CronJob => (in_job, JOB),
        Kind::ReplicaSet | Kind::ReplicationController | Kind::Pod | Kind::Rollout => {
            (spec, &[][..])
        }
    };
    let pod: &[&str] = match kind {
        Kind::Pod => &[],
        _ => &["template", "spec"],
    };
    let restart: Field = match kind {
        Kind::Pod => (&["restartPolicy"], RESTART_OF_PODS),
        Kind::Job | Kind::CronJob => (&["restartPolicy"], RESTART_OF_JOBS),
        _ => (&["restartPolicy"], RESTART_OF_SETS),
    };
    let mut found = Vec::new();
    if kind == Kind::CronJob {
        found.extend(within(object, spec, CRON_JOB, later));
    }
    found.extend(within(object, owner, of_owner, later));
    let pod: Vec<&str> = owner.iter().chain(pod).copied().collect();
    found.extend(within(object, &pod, POD, later));
    found.extend(spreads(object, &pod));
    found.extend(within(object, &pod, &[restart], later));
    found
}

/// Numbers of topology spread that it does not take.
/// Source: kubernetes/kubernetes pkg/apis/core/validation/validation.go, `ValidateMaxSkew`, `validateMinDomains`.
fn spreads(object: &Node<'_>, pod: &[&str]) -> Vec<UnsupportedValue> {
    const CONSTRAINTS: &str = "topologySpreadConstraints";
    let keys = pod.iter().chain([&CONSTRAINTS]);
    let place = keys.fold(Pointer::root(), |place, key| place.child(key));
    let list = object.at(pod).and_then(|pod| pod.get(CONSTRAINTS));
    let mut found = Vec::new();
    for (number, constraint) in list.map_or(&[][..], Node::items).iter().enumerate() {
        let is_soft = constraint.get("whenUnsatisfiable").and_then(Node::as_str)
            == Some(WhenUnsatisfiable::ScheduleAnyway.as_str());
        for field in ["maxSkew", "minDomains"] {
            let Some((value, count)) = constraint
                .get(field)
                .and_then(|value| Some((value, value.as_i64()?)))
            else {
                continue;
            };
            let taken = if count < 1 {
                Taken::Positive
            } else if is_soft && field == "minDomains" {
                Taken::NothingWhereSoft
            } else {
                continue;
            };
            found.push(UnsupportedValue {
                pointer: place.child(number).child(field),
                field,
                written: count.to_string(),
                taken,
                location: value.span,
            });
        }
    }
    found
}

/// Those of these fields, in what stands at a path of an object.
pub(super) fn within(
    object: &Node<'_>,
    path: &[&str],
    fields: &[Field],
    later: Later,
) -> Vec<UnsupportedValue> {
    let Some(node) = object.at(path) else {
        return Vec::new();
    };
    let mut place = Pointer::root();
    for key in path {
        place = place.child(key);
    }
    let mut found = Vec::new();
    for &(path, supported) in fields {
        find(node, &place, (path, supported), later, &mut found);
    }
    found
}

/// An empty text counts as absent: most of these fields have a default.
fn find(
    node: &Node<'_>,
    place: &Pointer,
    (path, supported): Field,
    later: Later,
    found: &mut Vec<UnsupportedValue>,
) {
    match path {
        [EACH, rest @ ..] => {
            for (number, item) in node.items().iter().enumerate() {
                find(item, &place.child(number), (rest, supported), later, found);
            }
        }
        [field] => {
            let Some(value) = node.get(field) else { return };
            let Some(written) = value.as_str().filter(|text| !text.is_empty()) else {
                return;
            };
            if !supported.contains(&written) && later.form(written).is_none() {
                found.push(UnsupportedValue {
                    pointer: place.child(field),
                    field,
                    written: written.to_owned(),
                    taken: Taken::Words(supported),
                    location: value.span,
                });
            }
        }
        [key, rest @ ..] => {
            if let Some(node) = node.get(key) {
                find(node, &place.child(key), (rest, supported), later, found);
            }
        }
        [] => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    fn found(kind: Kind, object: &str) -> Vec<String> {
        let parsed = yaml::parse(SourceId(0), object, Dialect::Manifest);
        let object = parsed.documents.first().expect("it is YAML");
        let all = of_workload(object, kind, Later::of(object));
        let text = |own: &UnsupportedValue| format!("{} {}", own.pointer, own.written);
        all.iter().map(text).collect()
    }

    #[test]
    fn words_that_the_api_server_does_not_know_are_found() {
        let deployment = "spec: {strategy: {type: rollingUpdate}, template: {spec: {restartPolicy: Never, \
                          preemptionPolicy: never, tolerations: [{operator: Exists}, {operator: equal, effect: noSchedule}], \
                          topologySpreadConstraints: [{whenUnsatisfiable: doNotSchedule, nodeTaintsPolicy: honor}], \
                          affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: \
                          [{matchExpressions: [{operator: in}, {operator: Gt}]}]}}, podAntiAffinity: \
                          {preferredDuringSchedulingIgnoredDuringExecution: [{podAffinityTerm: {labelSelector: \
                          {matchExpressions: [{operator: Gt}]}}}]}}}}}";
        assert_eq!(
            found(Kind::Deployment, deployment),
            [
                "/spec/strategy/type rollingUpdate",
                "/spec/template/spec/tolerations/1/operator equal",
                "/spec/template/spec/tolerations/1/effect noSchedule",
                "/spec/template/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/\
                 nodeSelectorTerms/0/matchExpressions/0/operator in",
                "/spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/\
                 podAffinityTerm/labelSelector/matchExpressions/0/operator Gt",
                "/spec/template/spec/topologySpreadConstraints/0/whenUnsatisfiable doNotSchedule",
                "/spec/template/spec/topologySpreadConstraints/0/nodeTaintsPolicy honor",
                "/spec/template/spec/preemptionPolicy never",
                "/spec/template/spec/restartPolicy Never",
            ]
        );
        let cron_job = "spec: {concurrencyPolicy: forbid, jobTemplate: {spec: {completionMode: indexed, podFailurePolicy: \
                        {rules: [{action: ignore}]}, template: {spec: {restartPolicy: Always}}}}}";
        assert_eq!(
            found(Kind::CronJob, cron_job),
            [
                "/spec/concurrencyPolicy forbid",
                "/spec/jobTemplate/spec/completionMode indexed",
                "/spec/jobTemplate/spec/podFailurePolicy/rules/0/action ignore",
                "/spec/jobTemplate/spec/template/spec/restartPolicy Always",
            ]
        );
    }

    #[test]
    fn numbers_of_spread_that_it_does_not_take_are_found() {
        let spread = |fields: &str| {
            found(
                Kind::Deployment,
                &format!(
                    "spec: {{template: {{spec: {{topologySpreadConstraints: [{{{fields}}}]}}}}}}"
                ),
            )
        };
        let place = "/spec/template/spec/topologySpreadConstraints/0";
        assert_eq!(
            spread("maxSkew: 0, whenUnsatisfiable: DoNotSchedule, minDomains: -1"),
            [
                format!("{place}/maxSkew 0"),
                format!("{place}/minDomains -1")
            ]
        );
        assert_eq!(
            spread("maxSkew: 1, whenUnsatisfiable: ScheduleAnyway, minDomains: 2"),
            [format!("{place}/minDomains 2")]
        );
        for taken in [
            "maxSkew: 1, whenUnsatisfiable: DoNotSchedule, minDomains: 2",
            "maxSkew: 1, whenUnsatisfiable: ScheduleAnyway",
            "maxSkew: '${SKEW}', whenUnsatisfiable: ScheduleAnyway, minDomains: null",
        ] {
            assert!(spread(taken).is_empty(), "{taken}");
        }
    }

    #[test]
    fn what_it_takes_or_is_replaced_later_is_not() {
        for object in [
            "spec: {restartPolicy: OnFailure, tolerations: [{operator: '', effect: ''}, {operator: Lt}]}",
            "spec: {restartPolicy: '${RESTART}'}",
            "spec: {restartPolicy: null, tolerations: text, affinity: []}",
            "spec: []",
        ] {
            assert!(found(Kind::Pod, object).is_empty(), "{object}");
        }
    }
}
