use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::{Failback, InstalledPolicy};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "policy-without-failback",
    levels: &[Severity::Warning],
    summary: "the descheduler's policy never moves pods back to Spot",
    harm: "Two plugins move pods back to Spot. `RemovePodsViolatingNodeAffinity` with \
           `preferredDuringSchedulingIgnoredDuringExecution` moves pods to the nodes that they prefer. \
           `RemovePodsViolatingNodeTaints` with `includePreferNoSchedule` moves them off on-demand nodes that have a \
           `PreferNoSchedule` taint, and off no other node. Without that argument it moves nothing: a pod that prefers \
           Spot violates nothing on on-demand. After the first loss of Spot, everything stays on on-demand.",
    detection: "Pods stay on on-demand while Spot has free capacity, and `descheduler_pods_evicted_total` does not \
                count them.",
    remedy: "Enable `RemovePodsViolatingNodeAffinity` under `deschedule`, and include the preferred type in its \
             `nodeAffinityType`.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go",
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodetaints/node_taint.go, \
         `includePreferNoSchedule`",
        "kubernetes-sigs/descheduler#461, #472: the option is there for this purpose",
        "kubernetes-sigs/descheduler#1607: taints alone, on Azure",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let workloads = findings.workloads(plan);
    if !workloads.iter().any(|pods| pods.prefers_spot(plan)) {
        return;
    }
    // One policy with failback is enough.
    let mut failbacks = installed.failbacks(plan).peekable();
    if failbacks.peek().is_some() {
        left_alone(plan, failbacks, findings);
        return;
    }
    let mut policies = installed.policies.iter();
    // A policy that is not known may have it, and so may one that is refused.
    if policies
        .any(|found| found.text.unknown.is_some() || found.policy.failbacks(plan).next().is_some())
    {
        return;
    }
    let Some(found) = installed.readable_policies().next() else {
        return;
    };
    let message = "pods that failed over stay on on-demand: this descheduler policy enables nothing that moves pods to nodes that they prefer";
    let almost = found.almost();
    let location = almost.map_or_else(|| found.first_line(), |almost| almost.0);
    let help = almost.map_or(ENABLE, |(_, help)| help);
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help(help)
            .no_fix("only the author of the policy knows which profile should move pods, and in which namespaces")
    });
}

/// Taints move pods off the nodes that have them, and off no other.
fn left_alone<'i>(
    plan: &Plan,
    failbacks: impl Iterator<Item = (&'i InstalledPolicy<'i>, Failback<'i>)>,
    findings: &mut Findings<'_>,
) {
    let failbacks: Vec<_> = failbacks.collect();
    let Some((found, failback)) = failbacks.first() else {
        return;
    };
    let all_leave = |pool: &&NodePool| {
        let mut others = failbacks.iter().map(|(_, failback)| failback.means());
        others.all(|means| means.left_alone(plan).any(|own| own.name == pool.name))
    };
    let means = failback.means();
    let pools = means.left_alone(plan).filter(all_leave);
    let pools: Vec<String> = pools.map(|pool| format!("`{}`", pool.name)).collect();
    if pools.is_empty() {
        return;
    }
    let pools = pools.join(", ");
    let message = format!(
        "pods that failed over to on-demand pool {pools} stay there: it has no `PreferNoSchedule` taint that this policy \
         counts, and only taints move pods back"
    );
    let enabled = found.enabled(failback.number, failback.plugin());
    let location = enabled.unwrap_or_else(|| found.first_line());
    findings.in_manifest(location, message, |diagnostic| {
        diagnostic
            .help(format!(
                "give {pools} the same taint, or enable `RemovePodsViolatingNodeAffinity` as well"
            ))
            .no_fix("either the pool or the policy can change")
    });
}

const ENABLE: &str = "enable `RemovePodsViolatingNodeAffinity` under `deschedule`, with `nodeAffinityType: \
                      [preferredDuringSchedulingIgnoredDuringExecution]`";
