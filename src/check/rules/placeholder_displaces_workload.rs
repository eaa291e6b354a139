use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::{ManifestWorkload, Priority};
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "placeholder-displaces-workload",
    levels: &[Severity::Warning],
    summary: "placeholders preempt workload pods of lower priority",
    harm: "A Pending placeholder is scheduled like any other pod. If its priority class allows preemption, it preempts \
           pods of lower priority, such as batch work, to hold headroom that no pod is waiting for.",
    detection: "Pods of the workload have an event `Preempted by` that refers to a placeholder.",
    remedy: "Give the placeholders a PriorityClass with `preemptionPolicy: Never`, as spotgen does for its own \
             placeholders. The field of a class that exists cannot be changed: make one with another name. Or give the \
             workload a higher priority.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/#non-preempting-priority-class",
        "kubernetes/kubernetes pkg/apis/scheduling/validation/validation.go, `ValidatePriorityClassUpdate`",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let value = |found: &ManifestWorkload| found.priority.map(|priority| priority.value);
    let others = || {
        installed
            .manifests
            .workloads
            .iter()
            .filter(|found| !found.is_of_the_system())
    };
    for placeholders in installed.placeholders() {
        let Some(own) = placeholders.priority.filter(|priority| priority.preempts) else {
            continue;
        };
        let gives_way = |found: &&ManifestWorkload| {
            value(found).is_some_and(|value| value < own.value)
                && may_meet(plan, placeholders, found)
        };
        let Some(displaced) = others().find(gives_way) else {
            continue;
        };
        let message = format!(
            "placeholders `{}` may preempt: with priority {}, they push out pods of `{}`, which has priority {}",
            placeholders.name,
            own.value,
            displaced.name,
            value(displaced).unwrap_or_default()
        );
        findings.in_manifest(placeholders.locations.name, message, |diagnostic| {
            diagnostic
                .related(displaced.locations.name, "its pods are preempted")
                .help(
                    "name another PriorityClass with `preemptionPolicy: Never` in the placeholders: that of a class that \
                     exists cannot be changed",
                )
                .no_fix(why_not(placeholders, own))
        });
    }
}

/// Why no edit of a manifest forbids preemption.
fn why_not(placeholders: &ManifestWorkload, own: Priority) -> &'static str {
    if placeholders.priority_class.is_none() {
        return "the placeholders name no PriorityClass, and other pods without one may need to preempt";
    }
    match own.location {
        Some(_) => {
            "the `preemptionPolicy` of a PriorityClass cannot be changed, and only its owner can name another class"
        }
        None => "their PriorityClass is built into Kubernetes",
    }
}

/// Whether both can run on the same node, judging by the listed pools.
fn may_meet(plan: &Plan, one: &ManifestWorkload, other: &ManifestWorkload) -> bool {
    let may_be_on = |found, pool| WorkloadView::alone(found).may_be_on(plan, pool);
    let mut pools = plan.node_pools.iter();
    pools.any(|pool| may_be_on(one, pool) && may_be_on(other, pool))
}
