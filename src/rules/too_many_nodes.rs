use super::{Check, Findings, Rule, places};
use crate::config::ProviderName;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "too-many-nodes",
    level: Severity::Error,
    summary: "pools can grow to more nodes than AKS allows",
    harm: "A pool of AKS has at most 1000 nodes, and all pools of a cluster together at most 5000. The autoscaler cannot grow on-demand when \
           Spot has used them up.",
    detection: "`az aks nodepool update --max-count` fails, or scale-ups fail with `QuotaExceeded`.",
    remedy: "Lower `nodes.max` of some pools.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/quotas-skus-regions.md: 1000 nodes in a pool, 5000 across all pools",
    ],
    check: Check::Plan(check),
};

const MOST_NODES: i64 = 5000;
const MOST_IN_A_POOL: i64 = 1000;

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.provider.name != ProviderName::Aks {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let Some(range) = pool.nodes.filter(|range| range.max > MOST_IN_A_POOL) else {
            continue;
        };
        let pointer = places::pool(at).child("nodes").child("max");
        let place = findings.document.locate(&pointer);
        let message = format!(
            "`{}` can grow to {} nodes, and a pool has at most {MOST_IN_A_POOL}",
            pool.name, range.max
        );
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .fix(place, MOST_IN_A_POOL.to_string())
                .help("or divide it into several pools")
        });
    }
    let nodes: i64 = plan
        .node_pools
        .iter()
        .filter_map(|pool| pool.nodes.map(|range| range.max))
        .sum();
    if nodes > MOST_NODES {
        let message =
            format!("the pools can grow to {nodes} nodes, and a cluster has at most {MOST_NODES}");
        findings.at(&places::spec("nodePools"), message, |diagnostic| {
            diagnostic.help("lower `nodes.max` of some of them")
        });
    }
}
