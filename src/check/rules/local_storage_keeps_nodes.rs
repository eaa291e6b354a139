use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;

pub(super) const RULE: Rule = Rule {
    id: "local-storage-keeps-nodes",
    levels: &[Severity::Warning],
    summary: "pods with local storage prevent the removal of on-demand nodes",
    harm: "With `skip-nodes-with-local-storage: true` (the default if you run it yourself), the autoscaler does not \
           remove a node that runs a pod with an emptyDir or a hostPath. After failback, one such pod is enough to keep an on-demand node running and \
           billed.",
    detection: "On-demand nodes stay nearly empty. The autoscaler's log contains `pod with local storage present`.",
    remedy: "Set `skip-nodes-with-local-storage: false`, as the preset `Spot` does.",
    sources: &[
        "https://learn.microsoft.com/azure/aks/cluster-autoscaler: skip-nodes-with-local-storage",
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: what keeps nodes from being removed; the flag is true by \
         default",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const KEY: &str = "skip-nodes-with-local-storage";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    for (version, plan) in systems.autoscalers() {
        if plan.autoscaler.is_true(KEY) {
            judge(all, findings.of(version));
        }
    }
}

fn judge(all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let mut local = all
        .iter()
        .filter_map(|pods| pods.found)
        .filter(|found| found.local_storage && found.kind != crate::config::Kind::DaemonSet);
    let Some(first) = local.next() else {
        return;
    };
    let others = match local.count() {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    let message = format!(
        "the autoscaler never removes an on-demand node that runs pods of workload `{}`{others}: these pods use an \
         emptyDir or a hostPath, and `skip-nodes-with-local-storage` is `true`",
        first.name
    );
    let pointer = pointers::autoscaler_setting(KEY);
    let location = findings.locate(&pointer);
    let volumes = findings.part_of_pods(first, &["volumes"]);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .related(volumes, "its pods use local storage")
            .replace(location, "false")
    });
}
