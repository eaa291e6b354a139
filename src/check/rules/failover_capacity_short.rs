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
    levels: &[Severity::Warning],
    summary: "on-demand pools cannot hold the pods that run on Spot",
    harm: "All Spot capacity can disappear at once: a pool is a single fault domain, and there is no guarantee. Pods \
           that prefer Spot then need on-demand capacity in addition to what already runs there. If the on-demand \
           pools cannot scale up that far, pods stay Pending until Spot returns. Placeholders do not count, because \
           they are preempted. The on-demand nodes of a mixed Spot pool stay, and count for pods that may be on Spot.",
    detection: "`spotgen check --numbers` prints both sides. In the cluster, pods are Pending with \
                `max node group size reached`.",
    remedy: "Raise `nodes.max` of the on-demand pools. Raise the quota for regular vCPUs too: it is separate from the \
             Spot quota.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: single fault domain, no SLA",
        "MicrosoftDocs/azure-compute-docs articles/virtual-machines/spot-vms.md: the quota of Spot is separate",
    ],
    check: Check::Plan(check),
};

const CHOICE: &str = "more nodes cost money and quota, and smaller workloads need fewer";

const GROW_BASE: &str = "list an on-demand pool that the workloads can be on, or raise `onDemandBaseCapacity` of the group";

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let own = capacity::failover_pools(plan);
    let left = capacity::left_of_spot(plan);
    let pools: Vec<&NodePool> = own.iter().copied().chain(&left).collect();
    let demand = capacity::without_spot(plan);
    if pools.is_empty() || capacity::preferring_spot(plan).pods == 0 {
        return;
    }
    let Some(capacity) = capacity::of_pools(pools.iter().copied()) else {
        return;
    };
    let names = own.iter().map(|pool| format!("`{}`", pool.name));
    let names_of_left = left
        .iter()
        .map(|pool| format!("the on-demand nodes of `{}`", pool.name));
    let names: Vec<String> = names.chain(names_of_left).collect();
    let names = names.join(", ");
    let crowd = Crowd::worst(capacity::workloads_without_spot(plan), &pools);
    let kept_off = capacity::kept_off_spot(plan);
    let of_own = capacity::of_pools(own.iter().copied());
    let of_own = of_own.filter(|of_own| !left.is_empty() && !kept_off.all.fits(*of_own));
    let message = if let Some(of_own) = of_own {
        format!(
            "on-demand pools are too small for the {} pods that must stay off Spot: they request {}, and at `nodes.max` \
             the pools hold {of_own}; the on-demand nodes of mixed Spot pools have the label of Spot",
            kept_off.pods, kept_off.all
        )
    } else if !demand.all.fits(capacity) {
        format!(
            "on-demand pools ({names}) are too small if all Spot is lost: {} pods request {}, and at `nodes.max` the \
             pools hold {capacity}",
            demand.pods, demand.all
        )
    } else if let Some(crowd) = crowd {
        format!(
            "on-demand pools ({names}) are too small if all Spot is lost: `{}` has {} pods, and at `nodes.max` the \
             nodes hold {} of them",
            crowd.workload.name, crowd.pods, crowd.held
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
    if own.is_empty() {
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.help(GROW_BASE).no_fix(
                "how many nodes of a mixed group are on-demand is decided where the group is made",
            )
        });
        return;
    }
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic
            .help("raise `nodes.max` of the on-demand pools, and the quota for regular vCPUs with it");
        match sufficient_max(plan, &pools, demand.all) {
            Some(max) => diagnostic.fix(Fix::set(pointer.clone(), max)).choice(CHOICE),
            None => diagnostic.no_fix(
                "no single pool can grow that far, and how to divide the nodes among several is your choice",
            ),
        }
    });
}

/// The smallest maximum of the first pool that gives all pods enough capacity.
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
