use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;
use crate::providers::FailedNodes;

pub(super) const RULE: Rule = Rule {
    id: "kept-spot-node",
    level: Severity::Info,
    summary: "the autoscaler keeps failed nodes of a Spot pool that has a minimum",
    harm: "At its minimum a pool is not scaled down, and the autoscaler does not remove nodes there that failed \
           to start. It asks for Spot again and again while there is none, which is what keeps the pool from \
           being left alone.",
    detection: "`az vmss list-instances` shows failed instances that stay.",
    remedy: "Prefer `nodes: {min: 0}` with placeholders, which bring the first node as well.",
    sources: &[
        "Azure/AKS#5488: failed nodes at the minimum are not deleted",
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.provider.cluster_autoscaler.failed_nodes != FailedNodes::Kept {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(range) = pool.nodes.filter(|range| pool.is_spot() && range.min > 0) else {
            continue;
        };
        let message = format!(
            "`{}` never has less than {} nodes: one that fails to start is kept",
            pool.name, range.min
        );
        let pointer = pointers::pool(at).child("nodes").child("min");
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .help("with `min: 0`, placeholders bring the first node as well")
                .fix(Fix::set(pointer.clone(), 0))
        });
    }
}
