use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::MOST_NODES;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::capacity::{self, Crowd};
use crate::plan::Amount;
use crate::plan::{NodePool, NodeRange, Plan};

pub(super) const RULE: Rule = Rule {
    id: "failover-capacity-short",
    level: Severity::Warning,
    summary: "on-demand cannot hold what runs on Spot",
    harm: "All Spot can be gone at once: a pool is one fault domain, and nothing is promised. What prefers Spot \
           then needs room on on-demand, beside what lives there anyway. Where the on-demand pools cannot grow \
           so far, pods stay Pending until Spot is back. Placeholders do not count, for they give way.",
    detection: "`spotgen check --numbers` prints both sides. In the cluster, pods are Pending with `max node \
                group size reached`.",
    remedy: "Raise `nodes.max` of the on-demand pools, and the quota of regular vCPUs with it: it is another one \
             than that of Spot.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: single fault domain, no SLA",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/spot-vms.md: the quota of Spot is separate",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let pools = capacity::failover_pools(plan);
    let demand = capacity::without_spot(plan);
    if pools.is_empty() || capacity::preferring_spot(plan).pods == 0 {
        return;
    }
    let Some(capacity) = capacity::of_pools(pools.iter().copied()) else {
        return;
    };
    let names: Vec<&str> = pools.iter().map(|pool| pool.name.as_str()).collect();
    let names = names.join(", ");
    let crowd = Crowd::worst(capacity::workloads_without_spot(plan), &pools);
    let message = if !demand.all.fits(capacity) {
        format!(
            "when all Spot is gone, {} pods want {}, and on-demand ({names}) holds {capacity}",
            demand.pods, demand.all
        )
    } else if let Some(crowd) = crowd {
        format!(
            "when all Spot is gone, {} pods of `{}` want a place, and the nodes of on-demand ({names}) hold {} of them",
            crowd.pods, crowd.workload.name, crowd.held
        )
    } else {
        return;
    };
    let first = plan
        .node_pools
        .iter()
        .position(|pool| pool.name == pools[0].name);
    let pointer = pointers::pool(first.unwrap_or_default())
        .child("nodes")
        .child("max");
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic
            .help("raise `nodes.max` of on-demand, and the quota of regular vCPUs with it");
        match sufficient_max(plan, &pools, demand.all) {
            Some(max) => diagnostic.fix(Fix::set(pointer.clone(), max)),
            None => diagnostic.no_fix(
                "one pool alone cannot grow so far, and how to share it among several is a choice",
            ),
        }
    });
}

/// The least maximum of the first pool with which all have room.
fn sufficient_max(plan: &Plan, pools: &[&NodePool], demand: Amount) -> Option<i64> {
    let (first, others) = pools.split_first()?;
    let range = first.nodes?;
    let suffices = |max: i64| {
        let scaled_up = NodePool {
            nodes: Some(NodeRange { max, ..range }),
            ..(*first).clone()
        };
        let pools: Vec<&NodePool> = [&scaled_up]
            .into_iter()
            .chain(others.iter().copied())
            .collect();
        capacity::of_pools(pools.iter().copied()).is_some_and(|capacity| demand.fits(capacity))
            && Crowd::worst(capacity::workloads_without_spot(plan), &pools).is_none()
    };
    let most = plan.provider.pool_limits.nodes_per_pool;
    let (mut short, mut enough) = (range.max, most.unwrap_or(MOST_NODES));
    if !suffices(enough) {
        return None;
    }
    while enough - short > 1 {
        let middle = short.midpoint(enough);
        if suffices(middle) {
            enough = middle;
        } else {
            short = middle;
        }
    }
    Some(enough)
}
