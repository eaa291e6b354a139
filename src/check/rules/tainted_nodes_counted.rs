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
    levels: &[Severity::Error],
    summary: "a hard topology spread counts Spot nodes that the pods do not tolerate",
    harm: "Topology spread counts all nodes that the pod's node selector and affinity allow, including tainted ones. \
           Spot nodes that a workload does not tolerate are then domains without pods, and no other domain may exceed \
           them by more than `maxSkew` pods. The remaining pods stay Pending, or need a node each.",
    detection: "Pods have been Pending with `didn't match pod topology spread constraints` since Spot pools were \
                added.",
    remedy: "Set `nodeTaintsPolicy: Honor` in the constraint (since Kubernetes 1.26), or keep the workload off Spot by \
             node affinity: `spot: Never`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: nodeTaintsPolicy is Ignore by \
         default",
        "kubernetes/kubernetes#106127, #107464",
    ],
    check: Check::Placed(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    // `Never` excludes Spot by node affinity, so that Spot is not counted.
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
    let Some((at, Bound { skew, count, what })) = broken.first() else {
        return;
    };
    let message = format!(
        "{} of {replicas} pods of workload `{}` can stay Pending: its topology spread counts tainted Spot nodes as \
         empty, and so allows at most {skew} on each of the {what} ({count} in total)",
        replicas - skew * count,
        pods.name()
    );
    let place = format!("topologySpreadConstraints/{at}/topologyKey");
    let location = findings.part_of_pods(found, &[&place]);
    findings.in_manifest(location, message, |diagnostic| {
        let edits = broken.iter().map(|(at, _)| honor(found, *at));
        diagnostic
            .help("set `nodeTaintsPolicy: Honor` in its `topologySpreadConstraints`")
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

/// How many pods a constraint allows in each domain without Spot, and how many of these domains there are.
struct Bound {
    skew: i64,
    count: i64,
    what: &'static str,
}

/// `None` if a constraint is soft, does not count Spot, or the number of domains is unknown.
fn bound(plan: &Plan, constraint: &TopologySpreadConstraint) -> Option<Bound> {
    let is_soft = constraint.when_unsatisfiable == Some(WhenUnsatisfiable::ScheduleAnyway);
    if is_soft || constraint.honors_taints {
        return None;
    }
    let skew = constraint.max_skew.unwrap_or(1);
    let (count, what) = domains(plan, constraint.topology_key.as_ref()?)?;
    Some(Bound { skew, count, what })
}

/// The number of domains without Spot, if Spot has domains of its own; `None` if unknown. The nodes of all pools count,
/// whatever their taints.
fn domains(plan: &Plan, key: &TopologyKey) -> Option<(i64, &'static str)> {
    let side = |is_spot| {
        let pools = plan.node_pools.iter();
        Domains::of(
            plan,
            key,
            pools.filter(move |pool| pool.is_spot() == is_spot),
        )
    };
    let others = side(false)?;
    let what = match (&others, side(true)) {
        (Domains::Nodes(_), _) => "on-demand nodes",
        (Domains::Zones { names, .. }, Some(Domains::Zones { names: on_spot, .. }))
            if !names.is_empty() && !on_spot.is_subset(names) =>
        {
            "zones with on-demand nodes"
        }
        (Domains::Values { names, .. }, Some(Domains::Values { names: on_spot, .. }))
            if !names.is_empty() && !on_spot.is_subset(names) =>
        {
            "values of the topology key on on-demand nodes"
        }
        (Domains::Zones { .. } | Domains::Values { .. }, _) => return None,
    };
    Some((others.count(), what))
}
