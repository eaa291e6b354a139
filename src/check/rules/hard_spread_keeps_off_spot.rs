use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::SpreadMethod;
use crate::diagnostic::Severity;
use crate::kubernetes::TopologyKey;
use crate::model::WorkloadView;
use crate::model::domains::Domains;
use crate::model::workload_view::HardSpread;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "hard-spread-keeps-off-spot",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a hard spread constraint allows fewer pods on Spot than the workload has",
    harm: "With `DoNotSchedule`, the spread limits how many pods one zone or one node can hold. If Spot has too few \
           nodes or zones, some pods have to stay on on-demand indefinitely. The descheduler ignores spread \
           constraints, and it knows anti-affinity only within one node. Unless such anti-affinity holds the pods \
           back, it evicts them in every round, and they land on on-demand again.",
    detection: "The same few pods are evicted in every round, and their replacements run on on-demand again.",
    remedy: "Set `whenUnsatisfiable: ScheduleAnyway`, raise `maxSkew`, give Spot more nodes or the zones that \
             on-demand has, or run fewer replicas.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: domains are counted over all \
         nodes that the pod may be on, tainted ones included",
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`",
        "kubernetes-sigs/descheduler#1410: evicted again and again",
    ],
    check: Check::SystemsWithWorkloads(check),
};

const CHOICE: &str = "more Spot nodes and zones keep the spread as it is";

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let asks_for_room = |(_, system): (_, &System)| {
        let descheduler = system.descheduler.as_ref();
        descheduler.is_none_or(|descheduler| descheduler.evictor.node_fit)
    };
    let all_ask_for_room = systems.each().all(asks_for_room);
    for pods in all.iter().filter(|pods| pods.has_known_placement()) {
        judge(&systems.planned().plan, *pods, all_ask_for_room, findings);
    }
}

fn judge(plan: &Plan, pods: WorkloadView<'_>, asks_for_room: bool, findings: &mut Findings<'_>) {
    let Some(replicas) = pods.most().filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    for spread in pods.hard_spreads() {
        let Some((locations, domains)) = on_spot(plan, spread) else {
            continue;
        };
        if replicas <= locations {
            continue;
        }
        let message = format!(
            "only {locations} of the {replicas} pods of workload `{}` can run on Spot: its required spread allows {domains}; \
             the other pods stay on on-demand indefinitely",
            pods.name()
        );
        // With `nodeFit`, the descheduler does not evict pods that anti-affinity by node keeps off every Spot node.
        let is_noticed = spread.method == SpreadMethod::PodAntiAffinity
            && *spread.key == TopologyKey::Hostname
            && asks_for_room;
        let level = if is_noticed {
            Severity::Warning
        } else {
            Severity::Error
        };
        let fix = soft_spread::of(pods, &[spread], findings.document);
        findings.at_spread((pods, spread), message, |diagnostic| {
            let diagnostic = diagnostic.level(level).help(format!(
                "{}, or give the Spot pools enough nodes and zones for all {replicas} pods",
                spread.softened()
            ));
            match fix {
                Some(fix) => diagnostic.fix(fix).choice(CHOICE),
                None => diagnostic.no_fix(soft_spread::IN_BOTH),
            }
        });
    }
}

/// How many pods the spread allows on Spot, and its limits in words. `None` if it sets no limit, or if too little is
/// known. Nodes are counted over all Spot pools, zones only over pools that admit workloads.
fn on_spot(plan: &Plan, spread: HardSpread<'_>) -> Option<(i64, String)> {
    let skew = spread.skew;
    let counts =
        |pool: &NodePool| *spread.key == TopologyKey::Hostname || plan.lets_workloads_onto(pool);
    let side = |is_spot| {
        let pools = plan.node_pools.iter();
        Domains::of(
            plan,
            spread.key,
            pools.filter(move |pool| pool.is_spot() == is_spot && counts(pool)),
        )
    };
    let on_spot = side(true)?;
    let count = on_spot.count();
    if count == 0 {
        return None;
    }
    let by = match on_spot {
        Domains::Nodes(_) => {
            format!("{skew} per node, and `nodes.max` of all Spot pools totals {count}")
        }
        Domains::Zones { names: on_spot, .. } => {
            // With topology spread, evenly filled zones set no limit: only zones without Spot hold the others back.
            let is_bound = spread.method == SpreadMethod::PodAntiAffinity
                || matches!(side(false), Some(Domains::Zones { names, .. }) if !names.is_subset(&on_spot));
            is_bound.then(|| format!("{skew} per zone, and the number of Spot zones is {count}"))?
        }
        Domains::Values { names, are_all } => {
            // Anti-affinity holds no pod back on a node without the label.
            let is_bound = match spread.method {
                SpreadMethod::PodAntiAffinity => are_all,
                SpreadMethod::TopologySpread => {
                    matches!(side(false), Some(Domains::Values { names: others, .. }) if !others.is_subset(&names))
                }
            };
            let key = spread.key;
            is_bound.then(|| {
                format!(
                    "{skew} per value of `{key}`, and the number of its values on Spot is {count}"
                )
            })?
        }
    };
    Some((count * skew, by))
}
