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
    harm: "A pool at its minimum is not scaled down, and the autoscaler does not remove nodes there that failed to \
           start. While no Spot capacity is available, it requests Spot again and again, so the pool never goes into \
           back-off.",
    detection: "`az vmss list-instances` shows failed instances that are never removed.",
    remedy: "Prefer `nodes: {min: 0}` with placeholders, which trigger the first node as well.",
    sources: &[
        "Azure/AKS#5488: failed nodes at the minimum are not deleted",
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
