use smol_str::SmolStr;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::kubernetes::SAFE_TO_EVICT;
use crate::manifests::pod_spec_pointer;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "pinned-by-annotation",
    levels: &[Severity::Warning],
    summary: "a `safe-to-evict` annotation keeps the autoscaler from removing the node of a pod that prefers Spot",
    harm: "`cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"` keeps an on-demand node running for as long as \
           the pod is on it. The descheduler, the termination handler and the cloud all ignore the annotation. It does \
           not protect the pod from the interruptions that its owner wants to avoid.",
    detection: "On-demand nodes stay nearly empty. The autoscaler's log contains `pod annotated as not safe to evict \
                present`.",
    remedy: "Remove the annotation and limit evictions with a PodDisruptionBudget. Or keep the workload on on-demand: \
             `placement: {spot: Never}`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: what keeps nodes from being removed",
        "Azure/AKS#4293",
    ],
    check: Check::Workload(check),
};

const CHOICE: &str = "`placement: {spot: Never}` keeps the annotation and what it protects";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    if found
        .pod_annotations
        .get(SAFE_TO_EVICT)
        .map(SmolStr::as_str)
        != Some("false")
    {
        return;
    }
    let message = format!(
        "workload `{}` prefers Spot, but its annotation `{SAFE_TO_EVICT}: \"false\"` keeps the autoscaler from \
         removing the on-demand nodes under its pods",
        pods.name()
    );
    let template = pod_spec_pointer(found.kind).parent();
    let annotations = template.child("metadata").child("annotations");
    let pointer = annotations.child(SAFE_TO_EVICT);
    let key = pointer.clone().at_key();
    let location = findings.part((found.location, found.locations.name), [key]);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help(format!(
                "remove `{SAFE_TO_EVICT}` and limit evictions with a PodDisruptionBudget, or keep the workload on \
                 on-demand: `placement: {{spot: Never}}`"
            ))
            .fix(Fix::manifest(found.location, Edit::Remove { pointer })).choice(CHOICE)
    });
}
