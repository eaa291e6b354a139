use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "too-many-nodes",
    levels: &[Severity::Error],
    summary: "the node pools can scale up to more nodes than a cluster can have",
    harm: "An AKS cluster can have at most 5000 nodes across all its pools. Once Spot has used them up, the autoscaler \
           cannot scale up on-demand.",
    detection: "`az aks nodepool update --max-count` fails, or scale-ups fail with `QuotaExceeded`.",
    remedy: "Lower `nodes.max` of some pools.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/quotas-skus-regions.md: 5000 nodes across all node pools",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(most) = plan.provider.pool_limits.nodes_per_cluster else {
        return;
    };
    let nodes: i64 = plan
        .node_pools
        .iter()
        .filter_map(|pool| pool.nodes.map(|range| range.max))
        .sum();
    if nodes > most {
        let message = format!(
            "the node pools can scale up to {nodes} nodes in total, but a cluster can have at most {most}: at that \
             limit, the autoscaler cannot scale up on-demand"
        );
        findings.at(&pointers::spec("nodePools"), message, |diagnostic| {
            diagnostic
                .help("lower `nodes.max` of some pools")
                .no_fix("only the owner knows which pool can do with fewer nodes")
        });
    }
}
