use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::is_accepted;
use crate::plan::Workload;

pub(super) const RULE: Rule = Rule {
    id: "policy-without-failback",
    level: Severity::Warning,
    summary: "the descheduler's policy brings nothing back to Spot",
    harm: "Only `RemovePodsViolatingNodeAffinity` with `preferredDuringSchedulingIgnoredDuringExecution` moves pods to nodes that \
           they prefer. `RemovePodsViolatingNodeTaints` does not: a pod that prefers Spot violates nothing on on-demand. After \
           the first loss of Spot everything stays on on-demand.",
    detection: "Pods stay on on-demand while Spot has room; `descheduler_pods_evicted_total` does not count them.",
    remedy: "Enable `RemovePodsViolatingNodeAffinity` under `deschedule`, with the preferred type among its \
             `nodeAffinityType`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go",
        "kubernetes-sigs/descheduler#1607: taints alone, on Azure",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let mut workloads = plan.workloads.iter();
    if !workloads.any(Workload::prefers_spot) {
        return;
    }
    // One policy of several is enough.
    let mut policies = installed.policies.iter();
    if policies.any(|found| found.policy.failbacks().next().is_some()) {
        return;
    }
    let mut policies = installed.policies.iter();
    let Some(found) = policies.find(|found| is_accepted(&found.problems)) else {
        return;
    };
    let message = "this policy brings no pod back to a node that it prefers";
    findings.in_manifest(found.text.location, message, |diagnostic| {
        diagnostic
            .help(
                "enable `RemovePodsViolatingNodeAffinity` under `deschedule`, with `nodeAffinityType: \
                 [preferredDuringSchedulingIgnoredDuringExecution]`",
            )
            .no_fix("which of the policy's profiles is to move pods, and in which namespaces, is its author's choice")
    });
}
