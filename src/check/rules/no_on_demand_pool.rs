use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-on-demand-pool",
    level: Severity::Error,
    summary: "there is no on-demand pool to fail over to",
    harm: "When Spot is taken away, the pods that merely prefer it have nowhere to go. They stay Pending until \
           there is Spot again.",
    detection: "Pods are Pending with the event `NotTriggerScaleUp` during an interruption.",
    remedy: "List an on-demand pool under `spec.nodePools`, with room to grow.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: a Spot pool is in a single fault domain \
         and has no SLA",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let wants_it = plan
        .workloads
        .iter()
        .any(crate::plan::Workload::prefers_spot);
    let mut pools = plan.node_pools.iter();
    if !wants_it || plan.node_pools.is_empty() || pools.any(|pool| !pool.is_spot()) {
        return;
    }
    let message = "all pools are Spot: when it is gone, what prefers Spot has nowhere else to run";
    findings.at(&pointers::spec("nodePools"), message, |diagnostic| {
        diagnostic
            .help("list the on-demand pool too, or add one")
            .no_fix(
                "the name and the VM size of an on-demand pool are nowhere in the configuration",
            )
    });
}
