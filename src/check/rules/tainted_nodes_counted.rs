use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::model::WorkloadView;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::config::Spot;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::{HOSTNAME, ZONE};
use crate::manifests::{Found, pod_spec_pointer};
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
    let (Some(found), Some(replicas)) = (pods.found.filter(|_| is_counted), pods.most()) else {
        return;
    };
    let constraints = found.own.topology_spread_constraints.iter();
    let bounds = constraints.map(|constraint| bound(plan, constraint));
    let broken: Vec<(usize, Bound)> = bounds
        .enumerate()
        .filter_map(|(at, bound)| Some((at, bound?)))
        .filter(|(_, bound)| replicas > bound.skew * bound.count)
        .collect();
    let Some((_, Bound { skew, count, what })) = broken.first() else {
        return;
    };
    let message = format!(
        "{} of {replicas} pods of workload `{}` can stay Pending: Spot counts as empty, and each of {count} {what} takes \
         {skew} at most",
        replicas - skew * count,
        pods.name()
    );
    findings.at_workload(pods, &[], message, |diagnostic| {
        let edits = broken.iter().map(|(at, _)| honor(found, *at));
        diagnostic
            .help("write `nodeTaintsPolicy: Honor` in its topologySpreadConstraints")
            .fix(Fix::Manifest(edits.collect()))
    });
}

fn honor(found: &Found, at: usize) -> ManifestEdit {
    let constraints = pod_spec_pointer(found.kind).child("topologySpreadConstraints");
    ManifestEdit {
        object: found.places.name,
        edit: Edit::Set {
            pointer: constraints.child(at).child("nodeTaintsPolicy"),
            value: "Honor".into(),
        },
    }
}

/// How many pods a constraint lets into so many domains without Spot, each.
struct Bound {
    skew: i64,
    count: i64,
    what: &'static str,
}

/// None where a constraint need not be kept, does not count Spot, or it is not known how many domains there are.
fn bound(plan: &Plan, constraint: &Json) -> Option<Bound> {
    let text = |key: &str| constraint.get(key).and_then(Json::as_str);
    let is_kept = text("whenUnsatisfiable") != Some("ScheduleAnyway");
    let counts_spot = text("nodeTaintsPolicy") != Some("Honor");
    let key = text("topologyKey").filter(|_| is_kept && counts_spot)?;
    let skew = constraint.get("maxSkew").and_then(Json::as_i64);
    let (count, what) = domains(plan, key)?;
    let skew = skew.unwrap_or(1);
    Some(Bound { skew, count, what })
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
