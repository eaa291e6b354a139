use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::kubernetes::SAFE_TO_EVICT;
use crate::manifests::pod_spec_pointer;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "pinned-by-annotation",
    level: Severity::Warning,
    summary: "an annotation keeps the autoscaler from removing the node of a pod that prefers Spot",
    harm: "`cluster-autoscaler.kubernetes.io/safe-to-evict: \"false\"` keeps an on-demand node alive as long as the pod is \
           there. Neither the descheduler nor the termination handler nor the cloud looks at it: it does not protect the pod \
           from what it is afraid of.",
    detection: "On-demand nodes stay nearly empty; the autoscaler's log says `pod annotated as not safe to evict present`.",
    remedy: "Take the annotation out and bound evictions by a budget; or let the workload be on on-demand: `spot: Never`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: what keeps nodes from being removed",
        "Azure/AKS#4293",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(found) = pods.found.filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    if found.pod_annotations.get(SAFE_TO_EVICT).map(String::as_str) != Some("false") {
        return;
    }
    let message = format!(
        "pods of workload `{}` prefer Spot, and keep the on-demand node that they are on from being removed",
        pods.name()
    );
    findings.in_manifest(found.locations.name, message, |diagnostic| {
        let template = pod_spec_pointer(found.kind).parent();
        let annotations = template.child("metadata").child("annotations");
        let pointer = annotations.child(SAFE_TO_EVICT);
        diagnostic
            .help(format!(
                "take `{SAFE_TO_EVICT}: \"false\"` out, or let it be on on-demand: `spot: Never`"
            ))
            .fix(Fix::manifest(found.location, Edit::Remove { pointer }))
    });
}
