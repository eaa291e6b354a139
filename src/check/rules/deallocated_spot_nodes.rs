use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::EvictionPolicy;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "deallocated-spot-nodes",
    level: Severity::Error,
    summary: "evicted Spot VMs are deallocated, not deleted",
    harm: "Deallocated nodes go on counting against the quota and against the pool's maximum, and stay in the cluster as \
           nodes that do not answer. Where many nodes of a zone are like that, Kubernetes takes it for a fault of its own \
           (`PartialDisruption`) and evicts nothing from them: dead pods stay `Running`, and nothing replaces them. Seen on \
           a control plane of real components (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): 1 to 16 dead pods of 37 in six \
           runs, for the whole outage and after it, and pools held at their maximum until `scale-down-unready-time` (20 \
           minutes) had removed the dead instances. On AKS the autoscaler is reported not to leave such a pool alone after a \
           failed scale-up, so that the priority expander never comes to on-demand.",
    detection: "`kubectl get nodes` shows Spot nodes that stay NotReady, and `az vmss list-instances` shows them as \
                deallocated. Pods are `Running` on nodes that are NotReady, or stay Pending and no on-demand node comes.",
    remedy: "Use `evictionPolicy: Delete`, which is the default. The policy of a pool cannot be changed: make a new pool, \
             and delete the old one.",
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
            "nodes of `{}` are deallocated when they are evicted: their pods stay `Running`, and failover may not happen",
            pool.name
        );
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.replace(location, "Delete").help(
                "the policy of a pool cannot be changed: make a new pool and delete the old one",
            )
        });
    }
}
