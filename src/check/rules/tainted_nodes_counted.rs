use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Spot, WhenUnsatisfiable};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::TopologyKey;
use crate::manifests::{ManifestWorkload, TopologySpreadConstraint, pod_spec_pointer};
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

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    // `Never` keeps off Spot by affinity, and then Spot is not counted.
    let is_counted = !pods.tolerates_spot(plan)
        && pods.spot() != Some(Spot::Never)
        && !pods.own_excludes_spot(plan)
        && plan.node_pools.iter().any(NodePool::is_spot);
    let (Some(found), Some(replicas)) = (pods.found.filter(|_| is_counted), pods.most()) else {
        return;
    };
    let constraints = found.existing.topology_spread.iter();
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

fn honor(found: &ManifestWorkload, at: usize) -> ManifestEdit {
    let constraints = pod_spec_pointer(found.kind).child("topologySpreadConstraints");
    ManifestEdit {
        object: found.locations.name,
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
fn bound(plan: &Plan, constraint: &TopologySpreadConstraint) -> Option<Bound> {
    let is_soft = constraint.when_unsatisfiable == Some(WhenUnsatisfiable::ScheduleAnyway);
    if is_soft || constraint.honors_taints {
        return None;
    }
    let skew = constraint.max_skew.unwrap_or(1);
    let (count, what) = domains(plan, constraint.topology_key.as_ref()?)?;
    Some(Bound { skew, count, what })
}

/// How many domains there are without Spot, where Spot has some of its own; none where that is not known. The nodes of
/// all pools count, whatever their taints.
fn domains(plan: &Plan, key: &TopologyKey) -> Option<(i64, &'static str)> {
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
