use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "toleration-without-preference",
    level: Severity::Warning,
    summary: "a workload tolerates Spot and does not ask for it",
    harm: "A toleration lets pods onto Spot nodes and draws none there. The pods are where the scheduler's other scores put \
           them, and the descheduler never moves them, for it moves only what has a preference.",
    detection: "Pods of the workload are on on-demand while Spot has room, and nothing happens.",
    remedy: "Choose a class with `spot: Preferred` for the workload. `spot: Tolerated` says that it is meant.",
    sources: &[
        "Azure/AKS#2695: a toleration does not attract",
        "kubernetes-sigs/descheduler v0.36.0 \
         pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: pods without node affinity are passed over",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let asks = pods.own_prefers_spot(plan) || pods.own_requires_spot(plan);
    let is_meant = pods.spot().is_some() || pods.kind() == Kind::DaemonSet;
    if asks || is_meant || !pods.tolerates_by_key(plan) || pods.own_excludes_spot(plan) {
        return;
    }
    let message = format!(
        "workload `{}` tolerates Spot and does not ask for it: it comes there by chance, and is never moved there",
        pods.name()
    );
    findings.at_workload(pods, &[], message, |diagnostic| {
        let diagnostic = diagnostic
            .help("choose a class for it: `spot: Preferred`, or `Tolerated` if it is meant so");
        diagnostic.cure(workload_setting::fix(
            pods,
            &["placement", "spot"],
            "Preferred",
        ))
    });
}
