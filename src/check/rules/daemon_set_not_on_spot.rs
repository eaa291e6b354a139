use crate::check::findings::Findings;
use crate::check::fixes::workload_setting;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Spot};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "daemon-set-not-on-spot",
    level: Severity::Info,
    summary: "a DaemonSet does not run on Spot nodes",
    harm: "A DaemonSet that does not tolerate the taint of Spot has no pod there: no logs, no metrics, no driver for volumes \
           or network from these nodes, depending on what it is for.",
    detection: "`kubectl get pods -o wide` shows no pod of the DaemonSet on Spot nodes.",
    remedy: "Let it tolerate the taint, by a class with `spot: Tolerated` or in its manifest, if it is wanted on every node.",
    sources: &[
        "https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#taints-and-tolerations",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the taint of Spot nodes",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let is_meant = pods.spot() == Some(Spot::Never) || pods.own_excludes_spot(plan);
    // Without its manifest nothing is known of its own tolerations.
    if pods.found.is_none()
        || pods.kind() != Kind::DaemonSet
        || is_meant
        || pods.tolerates_spot(plan)
    {
        return;
    }
    let message = format!("DaemonSet `{}` does not run on Spot nodes", pods.name());
    findings.at_workload(pods, &["placement", "spot"], message, |diagnostic| {
        let diagnostic =
            diagnostic.help("choose a class with `spot: Tolerated` for it if it is wanted there");
        if pods.spot().is_some() {
            return diagnostic
                .no_fix("its class lets it onto Spot, and a taint of the pool's own keeps it off");
        }
        diagnostic.cure(workload_setting::fix(
            pods,
            &["placement", "spot"],
            "Tolerated",
        ))
    });
}
