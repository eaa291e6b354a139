use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::EvictionPolicy;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "deallocated-spot-nodes",
    levels: &[Severity::Error],
    summary: "evicted Spot VMs are deallocated instead of deleted",
    harm: "Deallocated nodes still count against the quota and the pool's maximum, and they stay in the cluster as \
           nodes that do not respond. If many nodes of a zone are in this state, Kubernetes assumes a problem of its \
           own (`PartialDisruption`) and evicts nothing from them: dead pods stay `Running`, and nothing replaces \
           them. Measured on a control plane of real components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): 1 to \
           16 of 37 pods were dead in six runs, for the whole outage and after it, and pools stayed at their maximum \
           until `scale-down-unready-time` (20 minutes) had removed the dead instances. On AKS the autoscaler \
           reportedly does not back off from such a pool after a failed scale-up, so the priority expander never moves \
           on to on-demand.",
    detection: "`kubectl get nodes` shows Spot nodes that stay NotReady, and `az vmss list-instances` shows them as \
                deallocated. Pods are `Running` on NotReady nodes, or stay Pending while no on-demand node is added.",
    remedy: "Use `evictionPolicy: Delete`, which is the default. The policy of an existing pool cannot be changed: \
             create a new pool, then delete the old one.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
        "kubernetes/kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go, `ReducedQPSFunc`: no evictions in a \
            zone of up to 50 nodes of which 55 % and at least 3 are not ready",
        "Azure/AKS#5589: no back-off for pools that deallocate (open)",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if pool.eviction_policy != Some(EvictionPolicy::Deallocate) {
            continue;
        }
        let pointer = pointers::pool(at).child("spot").child("evictionPolicy");
        let message = format!(
            "pool `{}` deallocates evicted VMs instead of deleting them: dead pods can stay `Running`, and failover \
             may not happen",
            pool.name
        );
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .replace(location, "Delete")
                .help("the policy of an existing pool cannot be changed: create a new pool, then delete the old one")
                .choice("the policy of an existing pool cannot be changed: only for a new pool is this the fix")
        });
    }
}
