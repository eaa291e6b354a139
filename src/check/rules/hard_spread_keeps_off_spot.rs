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
    level: Severity::Error,
    summary: "a spread that must be kept lets fewer pods onto Spot than there are",
    harm: "With `DoNotSchedule` no more pods may be in one zone or on one node than the spread allows. When Spot has fewer \
           nodes or zones than that takes, some pods have to be on on-demand for ever. The descheduler knows nothing of \
           spread and, of anti-affinity, only of that on one node: it evicts them every round, and they go back.",
    detection: "The same few pods are evicted in every round, and new ones are on on-demand again.",
    remedy: "Use `ScheduleAnyway`, allow a larger `maxSkew`, give Spot more nodes or the zones that on-demand has, or run \
             fewer replicas.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: domains are counted over all \
         nodes that the pod may be on, tainted ones included",
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `NodeFit`",
        "kubernetes-sigs/descheduler#1410: evicted again and again",
    ],
    check: Check::SystemsWithWorkloads(check),
};

fn check(systems: Systems<'_>, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    let asks_for_room = |(_, system): (_, &System)| {
        let descheduler = system.descheduler.as_ref();
        descheduler.is_none_or(|descheduler| descheduler.evictor.node_fit)
    };
    let all_ask_for_room = systems.each().all(asks_for_room);
    for pods in all {
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
            "not all {replicas} pods of workload `{}` can be on Spot: they must be spread, and Spot has {domains}",
            pods.name()
        );
        // What cannot be on a node for another pod that is there is not evicted when `nodeFit` asks.
        let is_noticed = spread.method == SpreadMethod::PodAntiAffinity
            && *spread.key == TopologyKey::Hostname
            && asks_for_room;
        let level = if is_noticed {
            Severity::Warning
        } else {
            Severity::Error
        };
        let fix = soft_spread::of(pods, &[spread], findings.document);
        findings.at_workload(pods, &["placement", "spread"], message, |diagnostic| {
            let diagnostic = diagnostic
                .level(level)
                .help("use `whenUnsatisfiable: ScheduleAnyway`, or give Spot as many nodes and zones as the spread takes");
            match fix {
                Some(fix) => diagnostic.fix(fix),
                None => diagnostic.no_fix(soft_spread::IN_BOTH),
            }
        });
    }
}

/// How many pods the rule lets onto Spot, and by what; none where it sets no bound, or too little is known. Spot has all
/// of its nodes, and the zones of the pools that workloads are let onto.
fn on_spot(plan: &Plan, spread: HardSpread<'_>) -> Option<(i64, String)> {
    let skew = spread.skew;
    let counts =
        |pool: &NodePool| *spread.key == TopologyKey::Hostname || plan.lets_workloads_onto(pool);
    let side = |is_spot| {
        let pools = plan.node_pools.iter();
        Domains::of(
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
        Domains::Nodes(_) => format!("{count} nodes at most, {skew} to a node"),
        Domains::Zones { names: on_spot, .. } => {
            // With topology spread, zones that have as many pods set no bound: only those without Spot stay behind.
            let is_bound = spread.method == SpreadMethod::PodAntiAffinity
                || matches!(side(false), Some(Domains::Zones { names, .. }) if !names.is_subset(&on_spot));
            is_bound.then(|| format!("{count} zones, {skew} to a zone"))?
        }
    };
    Some((count * skew, by))
}
