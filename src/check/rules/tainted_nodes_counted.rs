use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::{Spot, WhenUnsatisfiable};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::model::domains::Domains;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "tainted-nodes-counted",
    level: Severity::Error,
    summary: "a spread that must be kept counts Spot nodes that the pods may not use",
    harm: "Topology spread counts all nodes that the pod's labels allow, tainted ones included. Spot nodes that a workload \
           does not tolerate then are domains without pods, and no other domain may have more than `maxSkew` above them: \
           the rest of the pods stays Pending, or wants a node each.",
    detection: "Pods are Pending with `didn't match pod topology spread constraints` since Spot pools were added.",
    remedy: "Write `nodeTaintsPolicy: Honor` in the constraint (Kubernetes 1.26), or let the workload keep off Spot by \
             affinity: `spot: Never`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: nodeTaintsPolicy is Ignore by \
         default",
        "kubernetes/kubernetes#106127, #107464",
    ],
    check: Check::Workload(check),
};

fn check(system: &System, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    // `Never` keeps off Spot by affinity, and then Spot is not counted.
    let is_counted = !pods.tolerates_spot(plan)
        && pods.spot() != Some(Spot::Never)
        && !pods.own_excludes_spot(plan)
        && plan.node_pools.iter().any(NodePool::is_spot);
    let existing = pods.existing().filter(|_| is_counted);
    let (Some(existing), Some(replicas)) = (existing, pods.most()) else {
        return;
    };
    for constraint in &existing.topology_spread {
        if constraint.when_unsatisfiable == Some(WhenUnsatisfiable::ScheduleAnyway)
            || constraint.honors_taints
        {
            continue;
        }
        let skew = constraint.max_skew.unwrap_or(1);
        let key = constraint.topology_key.as_deref();
        let Some((count, what)) = key.and_then(|key| domains(plan, key)) else {
            continue;
        };
        if replicas <= skew * count {
            continue;
        }
        let message = format!(
            "{} of {replicas} pods of workload `{}` can stay Pending: Spot counts as empty, and each of {count} {what} takes \
             {skew} at most",
            replicas - skew * count,
            pods.name()
        );
        findings.at_workload(pods, &[], message, |diagnostic| {
            diagnostic.help("write `nodeTaintsPolicy: Honor` in its topologySpreadConstraints")
        });
        return;
    }
}

/// How many domains there are without Spot, where Spot has some of its own; none where that is not known. The nodes of
/// all pools count, whatever their taints.
fn domains(plan: &Plan, key: &str) -> Option<(i64, &'static str)> {
    let side = |is_spot| {
        let pools = plan.node_pools.iter();
        Domains::of(key, pools.filter(move |pool| pool.is_spot() == is_spot))
    };
    let others = side(false)?;
    let what = match (&others, side(true)) {
        (Domains::Nodes(_), _) => "on-demand nodes",
        (Domains::Zones { names, .. }, Some(Domains::Zones { names: on_spot, .. }))
            if !names.is_empty() && !on_spot.is_subset(names) =>
        {
            "zones with on-demand nodes"
        }
        (Domains::Zones { .. }, _) => return None,
    };
    Some((others.count(), what))
}
