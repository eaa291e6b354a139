use serde_json::json;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::manifests::{Disruption, JobFailures, ManifestWorkload};
use crate::model::WorkloadView;
use crate::plan::Plan;
use crate::values::Version;

pub(super) const RULE: Rule = Rule {
    id: "interruption-counts-as-failure",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a Job counts Spot interruptions as failures of its program",
    harm: "A pod that is evicted, or lost with its node, counts against `backoffLimit` like one whose program failed. \
           When the limit is exceeded, the Job fails and its remaining pods are deleted, although nothing is wrong \
           with the program. Many pods can be lost at once when Spot capacity is taken back.",
    detection: "The Job has the condition `Failed` with the reason `BackoffLimitExceeded`, and its failed pods have the \
                condition `DisruptionTarget`.",
    remedy: "Ignore pods with the condition `DisruptionTarget` in the Job's `podFailurePolicy`. This needs \
             `restartPolicy: Never` and Kubernetes 1.26 or newer. The policy of an existing Job cannot be changed: \
             replace the Job.\n\nThe finding is a warning if one interruption, or the loss of all pods that run at once, \
             fails the Job; otherwise it is an info.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy",
        "https://kubernetes.io/docs/concepts/workloads/pods/disruptions/#pod-disruption-conditions",
        "kubernetes/kubernetes pkg/controller/job/job_controller.go, `syncJob`: `failed > backoffLimit`; \
         `isPodFailed`: a deleted pod counts",
        "kubernetes/kubernetes pkg/apis/batch/validation/validation.go: `podFailurePolicy` needs `restartPolicy: Never`, \
         and is immutable",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|_| pods.can_be_on_spot(plan)) else {
        return;
    };
    let Some(job) = &found.job else {
        return;
    };
    let limit = job.backoff_limit;
    // Those of an index come one after the other.
    let at_once = if job.is_per_index {
        1
    } else {
        pods.most().unwrap_or(1)
    };
    let (what, key) = if job.is_per_index {
        ("an index of the Job", "backoffLimitPerIndex")
    } else {
        ("the Job", "backoffLimit")
    };
    let name = format!("{} `{}`", pods.kind().as_str(), pods.name());
    let (level, message) = match job.disruption {
        Disruption::Ignored => return,
        Disruption::Fails => (
            Severity::Warning,
            format!("the `podFailurePolicy` of {name} fails {what} at the first Spot interruption"),
        ),
        Disruption::Counted if limit == 0 => (
            Severity::Warning,
            format!(
                "{name} counts a Spot interruption as a failure, and with `{key}: 0` the first one fails {what}"
            ),
        ),
        Disruption::Counted if at_once > limit => (
            Severity::Warning,
            format!(
                "{name} counts Spot interruptions as failures: it runs {at_once} pods at once, and losing {} of them \
                 fails {what} (`{key}: {limit}`)",
                limit + 1
            ),
        ),
        Disruption::Counted => (
            Severity::Info,
            format!(
                "{name} counts Spot interruptions as failures: {} of them fail {what} (`{key}: {limit}`)",
                limit + 1
            ),
        ),
    };
    let version = plan.cluster.kubernetes_version;
    let cure = cure(found, job, version);
    let location = match job.disruption {
        Disruption::Fails => job.policy_location,
        _ => job.location,
    };
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(help(job, version))
            .cure(cure)
            .choice(CHOICE)
    });
}

/// A Job that must not run twice may count on what it has.
const CHOICE: &str = "the policy starts interrupted pods again, and an existing Job has to be deleted first: its policy cannot be \
                      changed";

fn help(job: &JobFailures, kubernetes: Version) -> &'static str {
    if !has_policies(kubernetes) {
        return "keep it off Spot (`placement: {spot: Never}`): before 1.26, Kubernetes has no `podFailurePolicy` that \
                could ignore interruptions";
    }
    match (job.has_policy, job.never_restarts) {
        (true, _) => {
            "begin its `podFailurePolicy` with the rule `{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}`"
        }
        (_, true) => {
            "set `podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}]}]}`"
        }
        (_, false) => {
            "set `restartPolicy: Never` and `podFailurePolicy: {rules: [{action: Ignore, onPodConditions: \
             [{type: DisruptionTarget}]}]}`"
        }
    }
}

/// Source: kubernetes/kubernetes `pkg/features/kube_features.go`, `JobPodFailurePolicy`: on by default from 1.26 on.
fn has_policies(kubernetes: Version) -> bool {
    kubernetes.at_least(1, 26)
}

fn cure(
    found: &ManifestWorkload,
    job: &JobFailures,
    kubernetes: Version,
) -> Result<Fix, &'static str> {
    if job.has_policy {
        return Err(
            "the rules of a policy are tried in order, and only its owner knows which comes first",
        );
    }
    if !job.never_restarts {
        return Err(
            "a policy needs `restartPolicy: Never`, with which each failure makes a new pod",
        );
    }
    if !has_policies(kubernetes) {
        return Err("this version of Kubernetes has no `podFailurePolicy`");
    }
    let pointer = Pointer::parse(match found.kind {
        Kind::CronJob => "/spec/jobTemplate/spec/podFailurePolicy",
        _ => "/spec/podFailurePolicy",
    });
    let value = json!({
        "rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}],
    });
    Ok(Fix::manifest(found.location, Edit::Set { pointer, value }))
}
