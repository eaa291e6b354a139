use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "pool-not-autoscaled",
    level: Severity::Warning,
    summary: "a pool that does not say how far it grows is taken as not scaled",
    harm: "Without the autoscaler an evicted Spot pool shrinks to nothing and has to be grown by hand, and \
           on-demand does not grow when Spot is gone. Of a pool that does not say its range, none of the figures \
           can be reckoned either.",
    detection: "`az aks nodepool show --query enableAutoScaling` prints `false`.",
    remedy: "Write `nodes: {min: 0, max: 10}` with the range that the autoscaler has.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the cluster autoscaler is to be used with \
         Spot pools",
    ],
    check: Check::Plan(check),
};

/// The fewest and the most nodes of a pool of which nothing is known.
const USUAL: (u32, u32) = (0, 10);

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let message = match pool.nodes {
            None if pool.is_spot() => format!(
                "nothing says how far `{}` grows: without the autoscaler it shrinks with each eviction and stays small",
                pool.name
            ),
            Some(range) if range.max == 0 => {
                format!("`{}` never has a node: its maximum is 0", pool.name)
            }
            _ => continue,
        };
        let pointer = pointers::pool(at).child("nodes");
        findings.at(&pointer, message, |diagnostic| {
            let (min, max) = USUAL;
            let nodes = serde_json::json!({"min": min, "max": max});
            diagnostic
                .help(format!(
                    "write the range that the autoscaler has: `nodes: {{min: {min}, max: {max}}}`"
                ))
                .fix(Fix::set(pointer.clone(), nodes))
        });
    }
}
