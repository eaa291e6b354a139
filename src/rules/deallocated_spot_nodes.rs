use super::{Check, Findings, Rule, places};
use crate::config::EvictionPolicy;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "deallocated-spot-nodes",
    level: Severity::Error,
    summary: "evicted Spot VMs are deallocated, not deleted",
    harm: "Deallocated nodes go on counting against the quota and stay in the cluster as nodes that do not answer. The \
           autoscaler does not leave such a pool alone after a failed scale-up, so the priority expander never comes to \
           on-demand: failover does not happen.",
    detection: "`kubectl get nodes` shows Spot nodes that stay NotReady, and `az vmss list-instances` shows them as \
                deallocated. Pods stay Pending, and no on-demand node comes.",
    remedy: "Use `evictionPolicy: Delete`, which is the default. The policy of a pool cannot be changed: make a new pool, \
             and delete the old one.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
        "Azure/AKS#5589: no back-off for pools that deallocate (open)",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if pool.eviction_policy != Some(EvictionPolicy::Deallocate) {
            continue;
        }
        let pointer = places::pool(at).child("spot").child("evictionPolicy");
        let message = format!(
            "nodes of `{}` are deallocated when they are evicted: they keep their quota, and failover does not happen",
            pool.name
        );
        let place = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.fix(place, "Delete").help(
                "the policy of a pool cannot be changed: make a new pool and delete the old one",
            )
        });
    }
}
