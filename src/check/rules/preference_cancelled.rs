use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::placement::additions;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::PREFERRED;
use crate::manifests::{ManifestWorkload, PreferredNodes, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::node_labels;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "preference-cancelled",
    level: Severity::Error,
    summary: "another preference makes on-demand as good as Spot",
    harm: "The descheduler adds up the weights of all preferences that a node meets, and moves a pod only to more. A \
           preference of the workload's own that on-demand nodes meet and Spot nodes do not cancels that for Spot: the pods \
           start on on-demand and stay there.",
    detection: "Pods of the workload are on on-demand, nothing is evicted, and the descheduler logs no fault.",
    remedy: "Remove the other preference, or give it less weight than that for Spot has (`placement.weight`).",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `GetNodeWeightGivenPodPreferredAffinity`: the sum \
         of the weights",
    ],
    check: Check::Workload(check),
};

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(existing) = pods.existing().filter(|_| pods.prefers_spot(plan)) else {
        return;
    };
    let preferred = &existing.preferred_nodes;
    // What placement adds to its own: nothing where that says the same.
    let added = pods
        .planned
        .map(|workload| additions(plan, &workload.into(), existing).preferred_nodes);
    let ours: i64 = added
        .iter()
        .flatten()
        .map(|term| i64::from(term.weight))
        .sum();
    let weights = |is_spot: bool| {
        plan.node_pools
            .iter()
            .filter(move |pool| pool.is_spot() == is_spot && plan.lets_workloads_onto(pool))
            .filter_map(move |pool| {
                let own = node_labels::weight(plan, pool, preferred)?;
                Some((pool, own + if is_spot { ours } else { 0 }))
            })
    };
    let Some((_, spot)) = weights(true).max_by_key(|(_, weight)| *weight) else {
        return;
    };
    let Some((pool, on_demand)) = weights(false).max_by_key(|(_, weight)| *weight) else {
        return;
    };
    if spot > on_demand || on_demand == 0 {
        return;
    }
    let message = format!(
        "workload `{}` wants on-demand pool `{}` with {on_demand}, Spot with {spot}: it does not come back to Spot",
        pods.name(),
        pool.name
    );
    let location = pods.found.map(|found| found.locations.name);
    findings.at_workload(pods, &["placement", "weight"], message, |diagnostic| {
        let diagnostic = match location.filter(|_| pods.planned.is_some()) {
            Some(location) => diagnostic.related(location, "its own preferences are here"),
            None => diagnostic,
        };
        diagnostic
            .help(
                "remove its own preference for on-demand, or give it less weight than that for Spot",
            )
            .cure(pods.found.ok_or("its manifest is not given").and_then(|found| remove(plan, found)))
    });
}

/// Removes its preferences that on-demand nodes meet and not all Spot nodes do.
fn remove(plan: &Plan, found: &ManifestWorkload) -> Result<Fix, &'static str> {
    let affinity = pod_spec_pointer(found.kind).child("affinity");
    let preferred = affinity.child("nodeAffinity").child(PREFERRED);
    let pools = |is_spot: bool| {
        let pools = plan.node_pools.iter();
        pools.filter(move |pool| pool.is_spot() == is_spot && plan.lets_workloads_onto(pool))
    };
    let is_rival = |entry: &PreferredNodes| {
        let meets = |pool: &NodePool| {
            let term = entry.preference.as_ref();
            term.and_then(|term| node_labels::meets(plan, pool, term)) == Some(true)
        };
        pools(false).any(meets) && !pools(true).all(meets)
    };
    let own = found.existing.preferred_nodes.iter().enumerate();
    let rivals = own.filter(|(_, entry)| is_rival(entry));
    // The last first: the others keep their numbers.
    let edits = rivals.rev().map(|(at, _)| ManifestEdit {
        object: found.location,
        edit: Edit::Remove {
            pointer: preferred.child(at),
        },
    });
    let edits: Vec<ManifestEdit> = edits.collect();
    if edits.is_empty() {
        return Err(
            "its preferences make no difference between the pools, and which of them to drop is open",
        );
    }
    Ok(Fix::Manifest(edits))
}
