use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "bare-pod-on-spot",
    levels: &[Severity::Warning],
    summary: "a pod without a controller runs on Spot",
    harm: "Nothing recreates such a pod: it is lost together with its node. The descheduler does not evict it either, \
           so it never returns to Spot.",
    detection: "After an interruption the pod no longer exists.",
    remedy: "Create the pod through a Deployment or a Job, or keep it on on-demand nodes with `spot: Never`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/pods/#working-with-pods",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/defaultevictor/defaultevictor.go: pods without an owner \
         are protected",
    ],
    check: Check::Workload(check),
};

const CHOICE: &str = "a Deployment or a Job that creates the pod can stay on Spot";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    if pods.kind() != Kind::Pod || !pods.can_be_on_spot(plan) {
        return;
    }
    let message = format!(
        "pod `{}` has no controller: when its Spot node is evicted, nothing recreates it",
        pods.name()
    );
    findings.at_workload(pods, &[], message, |diagnostic| {
        diagnostic
            .help(
                "create it through a Deployment or a Job, or keep it on on-demand nodes with \
                 `placement: {spot: Never}`",
            )
            .cure(workload_setting::fix(pods, &["placement", "spot"], "Never"))
            .choice(CHOICE)
    });
}
