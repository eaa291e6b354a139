use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::model::WorkloadView;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::config::Spot;
use crate::diagnostic::Severity;
use crate::kubernetes::{HOSTNAME, ZONE};
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
    let (Some(own), Some(replicas)) = (pods.own().filter(|_| is_counted), pods.most()) else {
        return;
    };
    for constraint in &own.topology_spread_constraints {
        let text = |key: &str| constraint.get(key).and_then(Json::as_str);
        if text("whenUnsatisfiable") == Some("ScheduleAnyway")
            || text("nodeTaintsPolicy") == Some("Honor")
        {
            continue;
        }
        let skew = constraint
            .get("maxSkew")
            .and_then(Json::as_i64)
            .unwrap_or(1);
        let Some((count, what)) = text("topologyKey").and_then(|key| domains(plan, key)) else {
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

/// How many domains there are without Spot, where Spot has some of its own; none where that is not known.
fn domains(plan: &Plan, key: &str) -> Option<(i64, &'static str)> {
    let pools = |is_spot: bool| {
        plan.node_pools
            .iter()
            .filter(move |pool| pool.is_spot() == is_spot)
    };
    match key {
        HOSTNAME => {
            let nodes: Option<i64> = pools(false).map(|pool| Some(pool.nodes?.max)).sum();
            Some((nodes?, "on-demand nodes"))
        }
        ZONE => {
            let zones = |is_spot| -> BTreeSet<&String> {
                pools(is_spot).flat_map(|pool| &pool.zones).collect()
            };
            let (spot, others) = (zones(true), zones(false));
            let is_known = !others.is_empty() && !spot.is_subset(&others);
            let count = i64::try_from(others.len()).ok()?;
            is_known.then_some((count, "zones with on-demand nodes"))
        }
        _ => None,
    }
}
