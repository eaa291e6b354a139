use crate::check::findings::Findings;
use crate::check::fixes::tolerations;
use crate::check::rule::{Check, Rule};
use crate::config::{Kind, Mode};
use crate::diagnostic::{Fix, Severity};
use crate::kubernetes::{Taint, Toleration};
use crate::model::{WorkloadView, score};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "soft-taint-outvotes-on-demand",
    levels: &[Severity::Warning],
    summary: "a workload prefers on-demand, and a soft taint on on-demand pools makes the scheduler prefer Spot",
    harm: "A `PreferNoSchedule` taint that pods do not tolerate costs a node 300 points, and a preference for on-demand \
           is worth 200. With spotgen's own taint `spotgen.dev/capacity=on-demand:PreferNoSchedule` on on-demand pools, \
           pods that prefer on-demand start on Spot while Spot has free capacity.",
    detection: "Pods of the workload run on Spot while on-demand has free capacity.",
    remedy: "Choose a class with `spot: Avoided`: its pods tolerate the soft taints of on-demand pools. Or add the \
             tolerations to the manifest.",
    sources: &[
        "kubernetes/kubernetes pkg/scheduler/apis/config/v1/default_plugins.go: TaintToleration has weight 3, NodeAffinity \
         weight 2",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/tainttoleration: any effect of `PreferNoSchedule` counts",
    ],
    check: Check::Placed(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    if pods.kind() == Kind::DaemonSet || !pods.avoids_spot(plan) {
        return;
    }
    let pools = |is_spot: bool| -> Vec<&NodePool> {
        let pools = plan.node_pools.iter();
        let pools = pools.filter(|pool| pool.is_spot() == is_spot);
        pools.filter(|pool| pods.may_be_on(plan, pool)).collect()
    };
    let (spot, mut on_demand) = (pools(true), pools(false));
    // Pods are not to be on System nodes, and another rule minds it.
    if on_demand.iter().any(|pool| pool.mode == Mode::User) {
        on_demand.retain(|pool| pool.mode == Mode::User);
    }
    let is_outvoted = |pool: &&NodePool| {
        let there = untolerated(plan, pods, pool).len();
        spot.iter()
            .any(|spot| loses(there, untolerated(plan, pods, spot).len()))
    };
    let Some(pool) = on_demand
        .first()
        .filter(|_| on_demand.iter().all(is_outvoted))
    else {
        return;
    };
    let taints = untolerated(plan, pods, pool);
    let message = format!(
        "workload `{}` prefers on-demand but does not tolerate {} of pool `{}`: the scheduler prefers Spot nodes with \
         free capacity",
        pods.name(),
        taints[0],
        pool.name
    );
    let mut all: Vec<Toleration> = Vec::new();
    for taint in on_demand
        .iter()
        .flat_map(|pool| untolerated(plan, pods, pool))
    {
        let toleration = Toleration::from(taint);
        if !all.contains(&toleration) {
            all.push(toleration);
        }
    }
    findings.at_workload(pods, &[], message, |diagnostic| {
        let cure = pods.found.ok_or("its manifest was not passed to spotgen");
        let cure: Result<Fix, _> =
            cure.map(|found| tolerations::tolerate(found.location, found.kind, &all));
        diagnostic
            .help("choose a class with `spot: Avoided`, or add tolerations for the soft taints of on-demand pools")
            .cure(cure)
    });
}

/// The soft taints of a pool that the pods do not tolerate.
fn untolerated<'p>(plan: &Plan, pods: WorkloadView<'_>, pool: &'p NodePool) -> Vec<&'p Taint> {
    let soft = pool.taints.iter().filter(|taint| taint.is_soft());
    soft.filter(|taint| !pods.tolerates(plan, taint)).collect()
}

/// Whether an on-demand node with so many soft taints has at most as many points as a Spot node, preference included.
fn loses(there: usize, on_spot: usize) -> bool {
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let most = count(there.max(on_spot));
    let by_taints = score::taints(count(on_spot), most) - score::taints(count(there), most);
    by_taints >= score::node_affinity(1, 1)
}
