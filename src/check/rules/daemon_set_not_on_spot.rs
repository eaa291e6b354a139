use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "daemon-set-not-on-spot",
    levels: &[Severity::Info],
    summary: "a DaemonSet does not run on Spot nodes",
    harm: "A DaemonSet that does not tolerate the Spot taint has no pod on Spot nodes. Depending on its purpose, these \
           nodes then have no logs, no metrics, and no volume or network driver.",
    detection: "`kubectl get pods -o wide` shows no pod of the DaemonSet on Spot nodes.",
    remedy: "If the DaemonSet should run on every node, let it tolerate the taint: with a class that has \
             `spot: Tolerated`, or in its manifest.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "it may be meant to stay off Spot";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let is_meant = pods.spot() == Some(Spot::Never) || pods.own_excludes_spot(plan);
    // Without its manifest, its own tolerations are unknown.
    if pods.found.is_none()
        || pods.kind() != Kind::DaemonSet
        || is_meant
        || pods.tolerates_spot(plan)
    {
        return;
    }
    let message = format!(
        "DaemonSet `{}` does not tolerate the taints of Spot nodes and does not run there",
        pods.name()
    );
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        let diagnostic = diagnostic
            .help("if it should run there, give it a class with `placement: {spot: Tolerated}`");
        if pods.spot().is_some() {
            return diagnostic.no_fix(
                "its class tolerates Spot, and a custom taint of the node pool keeps it off",
            );
        }
        diagnostic
            .cure(workload_setting::fix(
                pods,
                &["placement", "spot"],
                "Tolerated",
            ))
            .choice(CHOICE)
    });
}
