use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::TopologyKey;
use crate::manifests::{ManifestWorkload, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::hard_spread::{HardSpread, Own};
use crate::model::spread_pools::EmptyDomains;
use crate::model::spread_room::names;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "tainted-nodes-counted",
    levels: &[Severity::Error],
    summary: "a hard topology spread counts nodes that the pods cannot be on",
    harm: "Topology spread counts all nodes that the pod's node selector and affinity allow, including tainted ones: \
           Spot nodes, System nodes, and nodes that are kept for other workloads. Zones, nodes or values of another label \
           that only nodes have which the pods do not tolerate are then domains without pods, and no other domain may \
           exceed them by more than `maxSkew` pods. The remaining pods stay Pending, or need a node each. With \
           `nodeAffinityPolicy: Ignore`, nodes count that the node selector and affinity exclude, too. `minDomains` is met \
           by such domains as by others.",
    detection: "Pods have been Pending with `didn't match pod topology spread constraints` since tainted pools were \
                added.",
    remedy: "Set `nodeTaintsPolicy: Honor` in the constraint (since Kubernetes 1.26), remove `nodeAffinityPolicy: Ignore`, \
             or exclude the nodes by node affinity: for Spot, `spot: Never`. The spread of a class has no such policy: there, \
             set `whenUnsatisfiable: ScheduleAnyway`, or give the zones to pools that the pods can be on.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: nodeTaintsPolicy is Ignore by \
         default, and nodeAffinityPolicy is Honor",
        "kubernetes/kubernetes pkg/scheduler/framework/plugins/podtopologyspread/common.go, `matchNodeInclusionPolicies`; \
         filtering.go, `Filter`",
        "kubernetes/kubernetes#106127, #107464",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "pools in these zones that the pods can be on keep the spread as it is";

const MIN_CHOICE: &str = "more nodes and zones that the pods can be on keep `minDomains` as it is";

/// A spread, and what it leaves to the pods.
type Broken<'a, 'p> = (HardSpread<'a>, EmptyDomains<'p>);

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(replicas) = pods.most() else {
        return;
    };
    let spreads = pods.hard_spreads();
    let broken = spreads.iter().filter_map(|spread| {
        let empty = EmptyDomains::of(plan, pods, &spreads, *spread, replicas)?;
        Some((*spread, empty))
    });
    let broken: Vec<Broken<'_, '_>> = broken.collect();
    let Some((spread, empty)) = broken.first() else {
        return;
    };
    let message = format!(
        "{} of {replicas} pods of workload `{}` can stay Pending: its topology spread counts {}, and so allows at most {} \
         {} ({} in total)",
        replicas - empty.room,
        pods.name(),
        what_is_empty(empty),
        spread.skew,
        where_allowed(spread.key),
        empty.open
    );
    let (Some(found), Some(Own::Constraint(at))) = (pods.found, spread.own) else {
        in_plan(pods, &broken, message, findings);
        return;
    };
    let place = format!("topologySpreadConstraints/{at}/topologyKey");
    let location = findings.part_of_pods(found, &[&place]);
    let edits: Vec<ManifestEdit> = broken
        .iter()
        .flat_map(|broken| honor(found, broken))
        .collect();
    let lowered = lowered(broken.first());
    findings.in_manifest(location, message, |diagnostic| {
        let diagnostic = diagnostic.help(match (empty.tainted.is_empty(), lowered) {
            (false, None) => {
                "set `nodeTaintsPolicy: Honor` in its `topologySpreadConstraints`".to_owned()
            }
            (true, None) => {
                "remove `nodeAffinityPolicy: Ignore` from its `topologySpreadConstraints`".to_owned()
            }
            (_, Some(open)) => format!(
                "set `nodeTaintsPolicy: Honor`, and `minDomains` to {open} or less: the pods cannot get to more domains"
            ),
        });
        let diagnostic = diagnostic.fix(Fix::Manifest(edits));
        match lowered {
            Some(_) => diagnostic.choice(MIN_CHOICE),
            None => diagnostic,
        }
    });
}

/// The spread of a class, which has no policy of its own.
fn in_plan(
    pods: WorkloadView<'_>,
    broken: &[Broken<'_, '_>],
    message: String,
    findings: &mut Findings<'_>,
) {
    let Some((first, _)) = broken.first() else {
        return;
    };
    let planned = broken.iter().map(|(spread, _)| *spread);
    let planned: Vec<HardSpread<'_>> = planned.filter(|spread| spread.own.is_none()).collect();
    let fix = soft_spread::of(pods, &planned, findings.document);
    findings.at_spread((pods, *first), message, |diagnostic| {
        let diagnostic = diagnostic.help(format!(
            "{}, or give its zones and nodes to pools that the pods can be on",
            first.softened()
        ));
        match fix {
            Some(fix) => diagnostic.fix(fix).choice(CHOICE),
            None => diagnostic.no_fix(soft_spread::IN_BOTH),
        }
    });
}

fn what_is_empty(empty: &EmptyDomains<'_>) -> String {
    let named = |pools: &[&NodePool]| -> String {
        let names: Vec<String> = names(pools).into_iter().collect();
        names.join(", ")
    };
    if empty.tainted.is_empty() {
        let pools = named(&empty.excluded);
        format!("nodes of {pools} as empty, which its node selector or affinity excludes")
    } else {
        let pools = named(&empty.tainted);
        format!("tainted nodes of {pools} as empty")
    }
}

fn where_allowed(key: &TopologyKey) -> String {
    match key {
        TopologyKey::Hostname => "on each of the nodes that its pods can be on".to_owned(),
        TopologyKey::Zone => "in each of the zones that its pods can be in".to_owned(),
        TopologyKey::Other(key) => {
            format!("for each of the values of `{key}` that its pods can get to")
        }
    }
}

/// The number of domains where `minDomains` is met only by those that the pods cannot get to.
fn lowered(broken: Option<&Broken<'_, '_>>) -> Option<i64> {
    let (spread, empty) = broken?;
    let is_too_much = spread.min_domains.is_some_and(|min| min > empty.open);
    is_too_much.then_some(empty.open)
}

/// Lets a constraint of a manifest count only nodes that its pods can be on.
fn honor(found: &ManifestWorkload, broken: &Broken<'_, '_>) -> Vec<ManifestEdit> {
    let (spread, empty) = broken;
    let Some(Own::Constraint(at)) = spread.own else {
        return Vec::new();
    };
    let constraint = pod_spec_pointer(found.kind)
        .child("topologySpreadConstraints")
        .child(at);
    let set = |key: &str, value: serde_json::Value| ManifestEdit {
        object: found.locations.name,
        edit: Edit::Set {
            pointer: constraint.child(key),
            value,
        },
    };
    let mut edits = Vec::new();
    if !empty.tainted.is_empty() {
        edits.push(set("nodeTaintsPolicy", "Honor".into()));
    }
    if !empty.excluded.is_empty() {
        edits.push(set("nodeAffinityPolicy", "Honor".into()));
    }
    if let Some(open) = lowered(Some(broken)) {
        edits.push(set("minDomains", open.into()));
    }
    edits
}
