use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "too-many-nodes",
    level: Severity::Error,
    summary: "the pools can grow to more nodes than a cluster may have",
    harm: "An AKS cluster has at most 5000 nodes in all its pools. The autoscaler cannot grow on-demand when \
           Spot has used them up.",
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
        let message =
            format!("the pools can grow to {nodes} nodes, and a cluster has at most {most}");
        findings.at(&pointers::spec("nodePools"), message, |diagnostic| {
            diagnostic
                .help("lower `nodes.max` of some of them")
                .no_fix("which pool can do with fewer nodes only its owner knows")
        });
    }
}
