use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::evicts_without_room_on_spot;
use crate::config::MOST_NODES;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::capacity::{self, Crowd};
use crate::plan::{NodePool, NodeRange, Plan};

pub(super) const RULE: Rule = Rule {
    id: "spot-capacity-short",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the Spot pools are too small for the workloads that prefer or require Spot",
    harm: "Pods that do not fit on Spot run on on-demand nodes, at the on-demand price. A descheduler that does not \
           check for free capacity on Spot evicts these pods in every round, indefinitely: it sees only that a Spot \
           node would be preferred.",
    detection: "`spotgen check --numbers` prints both the demand for Spot and its capacity. In the cluster, \
                `RemovePodsViolatingNodeAffinity` evicts the same pods again and again, and each time they are \
                scheduled on on-demand nodes.",
    remedy: "Raise `nodes.max` of the Spot pools, or give some workloads a class with `spot: Tolerated`. Keep \
             `evictor.nodeFit` and `evictor.nodeSelector` at their defaults, so that no pod is evicted unless it fits \
             on a Spot node.",
    sources: &[
        "kubernetes-sigs/descheduler pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go: \
         weights are compared without a look at resources",
        "kubernetes-sigs/descheduler#1707, #1713",
    ],
    check: Check::Systems(check),
};

const CHOICE: &str =
    "some workloads may need no Spot: a class with `spot: Tolerated` removes it as well";

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    let pools = capacity::spot_pools(plan);
    let demand = capacity::on_spot(plan);
    let Some(capacity) = capacity::of_pools(pools.iter().copied()).filter(|_| !pools.is_empty())
    else {
        return;
    };
    let crowd = Crowd::worst(capacity::workloads_on_spot(plan), &pools);
    let short = if !demand.all.fits(capacity) {
        format!(
            "the pods meant for Spot ({} in total) request {}, but the Spot pools hold at most {capacity}",
            demand.pods, demand.all
        )
    } else if let Some(crowd) = crowd {
        format!(
            "the Spot pools have nodes for only {} of the {} pods of workload `{}`",
            crowd.held, crowd.pods, crowd.workload.name
        )
    } else {
        return;
    };
    let is_evicted = systems.each().any(|(_, system)| {
        let descheduler = system.descheduler.as_ref();
        descheduler
            .is_some_and(|descheduler| evicts_without_room_on_spot(plan, &descheduler.evictor))
    });
    let (level, end) = if is_evicted {
        (
            Severity::Error,
            "the descheduler evicts the rest from on-demand nodes in every round, indefinitely",
        )
    } else {
        (Severity::Warning, "the rest stays on on-demand nodes")
    };
    let message = format!("{short}: {end}");
    let first = plan
        .node_pools
        .iter()
        .position(|pool| pool.name == pools[0].name);
    let pointer = pointers::pool(first.unwrap_or_default())
        .child("nodes")
        .child("max");
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic
            .level(level)
            .help("raise `nodes.max` of the Spot pools, or give some workloads a class with `spot: Tolerated`");
        match raise(plan, &pools) {
            Some(fix) => diagnostic.fix(fix).choice(CHOICE),
            None => diagnostic.no_fix("no single pool can be raised far enough within its node limit"),
        }
    });
}

/// Raises `nodes.max` of the first pool that can be made large enough for everything, by as little as possible.
fn raise(plan: &Plan, pools: &[&NodePool]) -> Option<Fix> {
    let limit = plan.provider.pool_limits.nodes_per_pool;
    let limit = limit.unwrap_or(MOST_NODES).min(MOST_NODES);
    pools.iter().enumerate().find_map(|(number, pool)| {
        let range = pool.nodes?;
        let is_short = |max: &i64| {
            let nodes = Some(NodeRange { max: *max, ..range });
            let larger = NodePool {
                nodes,
                ..(*pool).clone()
            };
            let mut pools = pools.to_vec();
            pools[number] = &larger;
            is_short(plan, &pools)
        };
        let larger: Vec<i64> = (range.max + 1..=limit).collect();
        let max = *larger.get(larger.partition_point(is_short))?;
        let at = plan
            .node_pools
            .iter()
            .position(|own| own.name == pool.name)?;
        Some(Fix::set(
            pointers::pool(at).child("nodes").child("max"),
            max,
        ))
    })
}

fn is_short(plan: &Plan, pools: &[&NodePool]) -> bool {
    let holds = |capacity| capacity::on_spot(plan).all.fits(capacity);
    !capacity::of_pools(pools.iter().copied()).is_some_and(holds)
        || Crowd::worst(capacity::workloads_on_spot(plan), pools).is_some()
}
