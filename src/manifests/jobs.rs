//! What a `Job` makes of a pod that is interrupted.
//!
//! Sources: kubernetes/api batch/v1/types.go (`JobSpec`, `PodFailurePolicy`); kubernetes/kubernetes
//! pkg/apis/batch/v1/defaults.go (`SetDefaults_Job`), `pkg/controller/job/job_controller.go` and `pod_failure_policy.go`.

use super::shape;
use crate::source::Span;
use crate::yaml::Node;

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
    /// The limit, or what stands in its stead.
    pub location: Span,
}

/// What becomes of a pod with the condition `DisruptionTarget`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disruption {
    Ignored,
    /// As any failure.
    Counted,
    FailsJob,
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
        location: limit.map_or(location, |node| node.span),
    }
}

/// The first rule that matches decides.
fn disruption(policy: Option<&Node<'_>>) -> Disruption {
    let rules = shape::present(policy, "rules").map_or(&[][..], Node::items);
    let text = |node: &Node<'_>, key: &str| {
        shape::present(Some(node), key)
            .and_then(Node::as_str)
            .map(str::to_owned)
    };
    let is_disruption = |condition: &Node<'_>| {
        let status = text(condition, "status");
        text(condition, "type").as_deref() == Some("DisruptionTarget")
            && status.is_none_or(|status| status == "True")
    };
    let mut rules = rules.iter().filter(|rule| {
        let conditions = shape::present(Some(rule), "onPodConditions");
        let mut conditions = conditions.map_or(&[][..], Node::items).iter();
        conditions.any(is_disruption)
    });
    let action = rules.next().and_then(|rule| text(rule, "action"));
    match action.as_deref() {
        Some("Ignore") => Disruption::Ignored,
        Some("FailJob") => Disruption::FailsJob,
        _ => Disruption::Counted,
    }
}
