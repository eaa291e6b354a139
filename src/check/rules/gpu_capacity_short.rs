use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{MOST_NODES, Spot, pointers};
use crate::diagnostic::{Fix, Severity};
use crate::model::WorkloadView;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "gpu-capacity-short",
    levels: &[Severity::Warning],
    summary: "the pools have fewer GPUs than the workloads request",
    harm: "A GPU belongs to one pod alone, and the pods of a node share out the GPUs that it has. Pods for which no GPU is \
           left on Spot run on on-demand nodes, at their price. If the on-demand pools have too few GPUs for all of them, \
           pods stay Pending when Spot is lost.",
    detection: "Pods are Pending with `Insufficient nvidia.com/gpu`, and the autoscaler says `max node group size reached`.",
    remedy: "Raise `nodes.max` of the pools with GPUs, choose a VM size with more of them, or run fewer pods. Requests of \
             `nvidia.com/gpu` and `amd.com/gpu` are counted, not parts of GPUs or shared ones. The GPUs of a node follow \
             from `vmSize`, or from `gpus` of the pool.",
    sources: &[
        "https://kubernetes.io/docs/tasks/manage-gpus/scheduling-gpus/: limits of whole GPUs",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/noderesources/fit.go: extended resources are counted as CPU is",
    ],
    check: Check::Workloads(check),
};

const CHOICE: &str = "nodes with GPUs cost money and quota, and fewer pods need fewer";

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let wants_spot =
        |pods: &&WorkloadView<'_>| matches!(pods.spot(), Some(Spot::Preferred | Spot::Required));
    let prefers_spot = |pods: &WorkloadView<'_>| pods.spot() == Some(Spot::Preferred);
    judge(
        plan,
        (true, "Spot"),
        &demands(plan, all.iter().filter(wants_spot), true),
        "the rest stays on on-demand nodes, or Pending",
        findings,
    );
    let without_spot = all
        .iter()
        .filter(|pods| !matches!(pods.spot(), None | Some(Spot::Required)));
    let demands = demands(plan, without_spot, false);
    if demands.iter().any(|demand| prefers_spot(&demand.pods)) {
        judge(
            plan,
            (false, "on-demand"),
            &demands,
            "if all Spot is lost, the rest stays Pending",
            findings,
        );
    }
}

/// A workload with GPUs, and the pools that it can get them from.
struct Demand<'a> {
    pods: WorkloadView<'a>,
    each: i64,
    count: i64,
    pools: Vec<&'a NodePool>,
}

fn demands<'a>(
    plan: &'a Plan,
    workloads: impl Iterator<Item = &'a WorkloadView<'a>>,
    is_spot: bool,
) -> Vec<Demand<'a>> {
    let demands = workloads.filter_map(|&pods| {
        let each = pods.found?.gpus.filter(|gpus| *gpus > 0)?;
        let is_counted = pods.kind().is_counted();
        let count = pods.most().filter(|_| is_counted)?;
        let pools = plan.node_pools.iter();
        let pools = pools.filter(|pool| pool.is_spot() == is_spot && pods.may_be_on(plan, pool));
        let pools: Vec<&NodePool> = pools.collect();
        // Where there is none, or no node has enough, other rules say so.
        let has_room = pools
            .iter()
            .any(|pool| pool.gpus.is_none_or(|gpus| gpus >= each));
        has_room.then_some(Demand {
            pods,
            each,
            count,
            pools,
        })
    });
    demands.collect()
}

fn judge(
    plan: &Plan,
    (is_spot, side): (bool, &str),
    demands: &[Demand<'_>],
    end: &str,
    findings: &mut Findings<'_>,
) {
    let pools: Vec<(usize, &NodePool)> = plan
        .node_pools
        .iter()
        .enumerate()
        .filter(|(_, pool)| {
            let is_of = |demand: &Demand<'_>| demand.pools.iter().any(|own| own.name == pool.name);
            pool.is_spot() == is_spot && demands.iter().any(is_of)
        })
        .collect();
    let of_all = |of_pool: &dyn Fn(&NodePool, i64) -> i64| -> Option<i64> {
        let counts = pools
            .iter()
            .map(|(_, pool)| Some(of_pool(pool, pool.gpus?)));
        counts.sum()
    };
    let most = |pool: &NodePool| pool.nodes.map_or(0, |nodes| nodes.max);
    if pools.iter().any(|(_, pool)| pool.nodes.is_none()) {
        return;
    }
    let Some(have) = of_all(&|pool, gpus| gpus.saturating_mul(most(pool))) else {
        return;
    };
    let need = demands.iter().fold(0_i64, |sum, own| {
        sum.saturating_add(own.each.saturating_mul(own.count))
    });
    let held = |demand: &Demand<'_>| {
        let counts = demand.pools.iter();
        let counts =
            counts.map(|pool| (pool.gpus.unwrap_or(0) / demand.each).saturating_mul(most(pool)));
        counts.fold(0_i64, i64::saturating_add)
    };
    let crowded = demands.iter().find(|demand| demand.count > held(demand));
    let message = if need > have {
        format!(
            "the pods meant for {side} request {need} GPUs, but the {side} pools have at most {have}: {end}"
        )
    } else if let Some(demand) = crowded {
        format!(
            "the {side} pools have GPUs for only {} of the {} pods of workload `{}`, with {} each: {end}",
            held(demand),
            demand.count,
            demand.pods.name(),
            demand.each
        )
    } else {
        return;
    };
    let Some((at, _)) = pools.first() else { return };
    let pointer = pointers::pool(*at).child("nodes").child("max");
    findings.at(&pointer, message, |diagnostic| {
        let diagnostic = diagnostic.help(format!(
            "raise `nodes.max` of the {side} pools with GPUs, or choose a `vmSize` with more of them"
        ));
        match sufficient(plan, &pools, demands) {
            Some(max) => diagnostic.fix(Fix::set(pointer.clone(), max)).choice(CHOICE),
            None => diagnostic.no_fix("how to divide the nodes among several pools is your choice"),
        }
    });
}

/// A maximum of the only pool with GPUs that is enough for all of these.
fn sufficient(plan: &Plan, pools: &[(usize, &NodePool)], demands: &[Demand<'_>]) -> Option<i64> {
    let [(_, pool)] = pools else { return None };
    let limit = plan.provider.pool_limits.nodes_per_pool;
    let nodes = demands.iter().map(|demand| {
        let on_one = pool.gpus? / demand.each;
        (on_one > 0).then(|| (demand.count + on_one - 1) / on_one)
    });
    let nodes: i64 = nodes.sum::<Option<i64>>()?;
    (nodes <= limit.unwrap_or(MOST_NODES).min(MOST_NODES)).then_some(nodes)
}
