use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "pool-not-autoscaled",
    levels: &[Severity::Warning],
    summary: "a node pool without a `nodes` range is assumed not to be autoscaled",
    harm: "Without the autoscaler, an evicted Spot pool shrinks to nothing and must be scaled up by hand. An on-demand \
           pool does not scale up when Spot is lost. For a pool without a range, spotgen cannot calculate any of its \
           figures either.",
    detection: "`az aks nodepool show --query enableAutoScaling` prints `false`.",
    remedy: "Set `nodes` to the range of the autoscaler, for example `nodes: {min: 0, max: 10}`.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: the cluster autoscaler is to be used with \
         Spot pools",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "the range is only an example: cost and quota decide on it";

/// The suggested minimum and maximum for a pool whose range is unknown.
const USUAL: (u32, u32) = (0, 10);

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for (at, pool) in plan.node_pools.iter().enumerate() {
        let message = match pool.nodes {
            None if pool.is_spot() => format!(
                "Spot pool `{}` declares no `nodes` range: without the autoscaler, each eviction shrinks it, and it \
                 stays small",
                pool.name
            ),
            Some(range) if range.max == 0 => {
                format!(
                    "pool `{}` never has a node: its `nodes.max` is 0",
                    pool.name
                )
            }
            _ => continue,
        };
        let pointer = pointers::pool(at).child("nodes");
        findings.at(&pointer, message, |diagnostic| {
            let (min, max) = USUAL;
            let nodes = serde_json::json!({"min": min, "max": max});
            diagnostic
                .help(format!(
                    "set `nodes` to the range of the autoscaler, for example `nodes: {{min: {min}, max: {max}}}`"
                ))
                .fix(Fix::set(pointer.clone(), nodes)).choice(CHOICE)
        });
    }
}
