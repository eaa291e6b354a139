//! What a `Job` makes of a pod that is interrupted.
//!
//! Sources: kubernetes/api batch/v1/types.go (`JobSpec`, `PodFailurePolicy`); kubernetes/kubernetes
//! pkg/apis/batch/v1/defaults.go (`SetDefaults_Job`), `pkg/controller/job/job_controller.go` and `pod_failure_policy.go`.

use super::shape;
use crate::source::Span;
use crate::yaml::{Node, Value};

/// How a `Job`, or one that a `CronJob` makes, takes failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobFailures {
    /// It fails with one failure more than this.
    pub backoff_limit: i64,
    /// Whether the limit is for each index of its own.
    pub is_per_index: bool,
    /// What its `podFailurePolicy` does with a pod that is evicted, or lost with its node.
    pub disruption: Disruption,
    pub has_policy: bool,
    /// Whether its pods are replaced, instead of restarted where they are: only then it can have a policy.
    pub never_restarts: bool,
    pub selector: JobSelector,
    /// The limit, or the name.
    pub location: Span,
    /// The policy, or the limit.
    pub policy_location: Span,
}

/// By what a `Job` selects its pods.
/// Source: kubernetes/kubernetes `pkg/registry/batch/job/strategy.go`, `generateSelectorIfNeeded`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobSelector {
    /// Labels that the API server sets on them.
    Generated,
    /// Labels of its own, with `manualSelector`: they get no others.
    Own,
}

/// What becomes of a pod with the condition `DisruptionTarget`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disruption {
    Ignored,
    /// As any failure.
    Counted,
    /// It fails the Job, or its index, whatever the limit is.
    Fails,
}

/// `spec` is that of the `Job`. The location is the one of the workload.
pub(super) fn read(spec: &Node<'_>, pod: Option<&Node<'_>>, location: Span) -> JobFailures {
    let spec = Some(spec);
    let per_index = shape::present(spec, "backoffLimitPerIndex");
    let limit = per_index.or_else(|| shape::present(spec, "backoffLimit"));
    let policy = shape::present(spec, "podFailurePolicy");
    let restart = shape::present(pod, "restartPolicy").and_then(Node::as_str);
    JobFailures {
        backoff_limit: limit.and_then(Node::as_i64).unwrap_or(6),
        is_per_index: per_index.is_some(),
        disruption: disruption(policy),
        has_policy: policy.is_some(),
        never_restarts: restart == Some("Never"),
        selector: match shape::present(spec, "manualSelector").map(|node| &node.value) {
            Some(Value::Bool(true)) => JobSelector::Own,
            _ => JobSelector::Generated,
        },
        location: limit.map_or(location, |node| node.span),
        policy_location: spec
            .and_then(|spec| spec.entry("podFailurePolicy"))
            .map_or(location, |entry| entry.key_span),
    }
}

/// The first rule that matches decides.
fn disruption(policy: Option<&Node<'_>>) -> Disruption {
    let rules = shape::present(policy, "rules").map_or(&[][..], Node::items);
    let mut rules = rules
        .iter()
        .filter(|rule| is_by_condition(rule) || is_by_exit_code(rule));
    let action = rules.next().and_then(|rule| text(rule, "action"));
    match action {
        Some("Ignore") => Disruption::Ignored,
        Some("FailJob" | "FailIndex") => Disruption::Fails,
        _ => Disruption::Counted,
    }
}

fn text<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    shape::present(Some(node), key).and_then(Node::as_str)
}

/// Whether a rule matches a pod that is evicted, or lost with its node.
fn is_by_condition(rule: &Node<'_>) -> bool {
    let conditions = shape::present(Some(rule), "onPodConditions");
    let mut conditions = conditions.map_or(&[][..], Node::items).iter();
    conditions.any(|condition| {
        let status = text(condition, "status");
        text(condition, "type") == Some("DisruptionTarget")
            && status.is_none_or(|status| status == "True")
    })
}

/// Exit codes of a program that SIGTERM or SIGKILL ends.
const KILLED: [i64; 2] = [143, 137];

/// Whether a rule matches a container that is told to stop and does not end by itself.
fn is_by_exit_code(rule: &Node<'_>) -> bool {
    let Some(codes) = shape::present(Some(rule), "onExitCodes") else {
        return false;
    };
    let values = shape::present(Some(codes), "values").map_or(&[][..], Node::items);
    let has = |code: &i64| values.iter().any(|value| value.as_i64() == Some(*code));
    match text(codes, "operator") {
        Some("In") => KILLED.iter().any(has),
        Some("NotIn") => !KILLED.iter().all(has),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::yaml::{self, Dialect};

    #[test]
    fn the_first_rule_that_matches_decides() {
        for (rules, expected) in [
            ("", Disruption::Counted),
            (
                "{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}",
                Disruption::Ignored,
            ),
            (
                "{action: Ignore, onPodConditions: [{type: DisruptionTarget, status: 'False'}]}",
                Disruption::Counted,
            ),
            (
                "{action: FailJob, onPodConditions: [{type: DisruptionTarget}]}",
                Disruption::Fails,
            ),
            (
                "{action: FailIndex, onPodConditions: [{type: DisruptionTarget}]}",
                Disruption::Fails,
            ),
            (
                "{action: FailJob, onExitCodes: {operator: NotIn, values: [0, 42]}}, {action: Ignore, onPodConditions: \
                 [{type: DisruptionTarget}]}",
                Disruption::Fails,
            ),
            (
                "{action: FailJob, onExitCodes: {operator: In, values: [42]}}, {action: Ignore, onPodConditions: [{type: \
                 DisruptionTarget}]}",
                Disruption::Ignored,
            ),
            (
                "{action: Count, onExitCodes: {operator: In, values: [137, 143]}}",
                Disruption::Counted,
            ),
        ] {
            let text = format!("rules: [{rules}]");
            let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
            assert_eq!(disruption(parsed.documents.first()), expected, "{rules}");
        }
    }
}
