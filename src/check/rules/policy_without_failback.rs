use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::is_accepted;
use crate::plan::Workload;

pub(super) const RULE: Rule = Rule {
    id: "policy-without-failback",
    levels: &[Severity::Warning],
    summary: "the descheduler's policy never moves pods back to Spot",
    harm: "Only `RemovePodsViolatingNodeAffinity` with `preferredDuringSchedulingIgnoredDuringExecution` moves pods to \
           the nodes that they prefer. `RemovePodsViolatingNodeTaints` does not: a pod that prefers Spot violates \
           nothing on on-demand. After the first loss of Spot, everything stays on on-demand.",
    detection: "Pods stay on on-demand while Spot has free capacity, and `descheduler_pods_evicted_total` does not \
                count them.",
    remedy: "Enable `RemovePodsViolatingNodeAffinity` under `deschedule`, and include the preferred type in its \
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
    // One policy with failback is enough.
    let mut policies = installed.policies.iter();
    if policies.any(|found| found.policy.failbacks().next().is_some()) {
        return;
    }
    let mut policies = installed.policies.iter();
    let Some(found) = policies.find(|found| is_accepted(&found.problems)) else {
        return;
    };
    let message = "pods that failed over stay on on-demand: this descheduler policy enables nothing that moves pods to nodes that they prefer";
    findings.in_manifest(found.text.location, message, |diagnostic| {
        diagnostic
            .help(
                "enable `RemovePodsViolatingNodeAffinity` under `deschedule`, with `nodeAffinityType: \
                 [preferredDuringSchedulingIgnoredDuringExecution]`",
            )
            .no_fix("only the author of the policy knows which profile should move pods, and in which namespaces")
    });
}
