use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::capacity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-on-demand-pool",
    levels: &[Severity::Error],
    summary: "there is no on-demand pool for failover",
    harm: "When the cloud reclaims the Spot nodes, pods that merely prefer Spot have nowhere to go. They stay Pending \
           until Spot is available again.",
    detection: "During an interruption, pods are Pending with the event `NotTriggerScaleUp`.",
    remedy: "List an on-demand pool under `spec.nodePools`, with enough headroom to scale up. A mixed Spot pool \
             with a base of on-demand nodes counts as one: `failover-capacity-short` says whether these are enough.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: a Spot pool is in a single fault domain \
         and has no SLA",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let workloads = findings.workloads(plan);
    let wants_it = workloads.iter().any(|pods| pods.prefers_spot(plan));
    let mut pools = plan.node_pools.iter();
    if !wants_it || plan.node_pools.is_empty() || pools.any(|pool| !pool.is_spot()) {
        return;
    }
    // The on-demand nodes of a mixed pool stay. Whether they are enough is another rule's matter.
    if !capacity::left_of_spot(plan).is_empty() {
        return;
    }
    let message = "all node pools are Spot: when Spot is lost, pods that prefer it stay Pending";
    findings.at(&pointers::spec("nodePools"), message, |diagnostic| {
        diagnostic
            .help("list the cluster's on-demand pool under `spec.nodePools`, or add one")
            .no_fix(
                "the configuration contains neither the name nor the VM size of an on-demand pool",
            )
    });
}
