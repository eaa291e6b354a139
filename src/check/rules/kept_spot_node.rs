use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::providers::FailedNodes;

pub(super) const RULE: Rule = Rule {
    id: "kept-spot-node",
    levels: &[Severity::Info],
    summary: "the autoscaler keeps failed nodes in a Spot pool that has a minimum size",
    harm: "While no Spot capacity is available, machines fail to start. The autoscaler deletes them and tries again \
           later, but it deletes none below the pool's minimum. The failed machines that it keeps count as nodes on \
           their way, so it requests no others for the pods that would fit there: the pool may stay without a usable \
           node long after capacity has returned.",
    detection: "`az vmss list-instances` shows failed instances that are never removed.",
    remedy: "Prefer `nodes: {min: 0}` with placeholders, which trigger the first node as well. Where a pool is stuck, a \
             lower minimum lets the autoscaler delete the failed machines. Microsoft announced a fix for January 2026; \
             no release of AKS names it.",
    sources: &[
        "Azure/AKS#5488: failed nodes at the minimum are not deleted",
        "kubernetes/autoscaler 1.36.1 cluster-autoscaler/core/static_autoscaler.go (deleteCreatedNodesWithErrors), \
            clusterstate/clusterstate.go (GetUpcomingNodes)",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "a node that always runs may be worth its price";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.provider.cluster_autoscaler.failed_nodes != FailedNodes::Kept {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(range) = pool.nodes.filter(|range| pool.is_spot() && range.min > 0) else {
            continue;
        };
        let message = format!(
            "Spot pool `{}` has `nodes.min: {}`: at that size, the autoscaler never removes nodes that failed to start",
            pool.name, range.min
        );
        let pointer = pointers::pool(at).child("nodes").child("min");
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .help("set `nodes: {min: 0}`: placeholders trigger the first node as well")
                .fix(Fix::set(pointer.clone(), 0))
                .choice(CHOICE)
        });
    }
}
