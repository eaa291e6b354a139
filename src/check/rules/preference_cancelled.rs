use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::placement::additions;
use crate::config::Spot;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Severity};
use crate::kubernetes::PREFERRED;
use crate::manifests::{ManifestWorkload, PreferredNodes, pod_spec_pointer};
use crate::model::WorkloadView;
use crate::model::node_labels;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "preference-cancelled",
    levels: &[Severity::Error],
    summary: "a workload's own node preference cancels that of its class",
    harm: "The descheduler adds up the weights of all preferences that a node satisfies, and moves a pod only to a \
           node with a higher sum. A preference of the workload's own that on-demand nodes satisfy and Spot nodes do \
           not cancels the preference for Spot. The pods start on on-demand and stay there. With `spot: Avoided` it is the \
           other way round: a preference for Spot cancels that for on-demand.",
    detection: "Pods of the workload run on on-demand, nothing is evicted, and the descheduler logs no error.",
    remedy: "Remove the other preference, or give it a lower weight than that of the class (`placement.weight`).",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go, `GetNodeWeightGivenPodPreferredAffinity`: the sum \
         of the weights",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "a lower weight of its own preference removes it as well";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let avoids_spot = pods.spot() == Some(Spot::Avoided);
    let has_wish = avoids_spot || pods.prefers_spot(plan);
    let Some(existing) = pods.existing().filter(|_| has_wish) else {
        return;
    };
    let preferred = &existing.preferred_nodes;
    if preferred.is_empty() {
        return;
    }
    // What placement adds to the existing preferences; nothing if they already say the same.
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
                let is_wanted = is_spot != avoids_spot;
                Some((pool, own + if is_wanted { ours } else { 0 }))
            })
    };
    let best = |is_spot| weights(is_spot).max_by_key(|(_, weight)| *weight);
    let (Some((_, wanted)), Some((pool, rival))) = (best(!avoids_spot), best(avoids_spot)) else {
        return;
    };
    if wanted > rival || rival == 0 {
        return;
    }
    let (name, pool) = (pods.name(), &pool.name);
    let message = if avoids_spot {
        format!(
            "the node preferences of workload `{name}` give Spot pool `{pool}` a weight of {rival} and on-demand \
             {wanted}: its pods do not prefer on-demand"
        )
    } else {
        format!(
            "the node preferences of workload `{name}` give on-demand pool `{pool}` a weight of {rival} and Spot \
             {wanted}: its pods do not return to Spot"
        )
    };
    let own = format!("affinity/nodeAffinity/{PREFERRED}");
    let location = pods
        .found
        .map(|found| findings.part_of_pods(found, &[&own]));
    findings.at_workload(pods, &["placement", "weight"], message, |diagnostic| {
        let diagnostic = match location.filter(|_| pods.planned.is_some()) {
            Some(location) => diagnostic.related(location, "the workload's own preferences"),
            None => diagnostic,
        };
        let help = if avoids_spot {
            "remove its own preference for Spot, or give that a lower weight than the preference for on-demand"
        } else {
            "remove its own preference for on-demand, or give that a lower weight than the preference for Spot"
        };
        let found = pods.found.ok_or("its manifest was not passed to spotgen");
        diagnostic
            .help(help)
            .cure(found.and_then(|found| remove(plan, avoids_spot, found)))
            .choice(CHOICE)
    });
}

/// Removes the preferences that some pool of the kind that is not wanted satisfies, and not every one of the other kind.
fn remove(plan: &Plan, avoids_spot: bool, found: &ManifestWorkload) -> Result<Fix, &'static str> {
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
        pools(avoids_spot).any(meets) && !pools(!avoids_spot).all(meets)
    };
    let own = found.existing.preferred_nodes.iter().enumerate();
    let rivals = own.filter(|(_, entry)| is_rival(entry));
    // In reverse order, so that the remaining indexes stay valid.
    let edits = rivals.rev().map(|(at, _)| ManifestEdit {
        object: found.location,
        edit: Edit::Remove {
            pointer: preferred.child(at),
        },
    });
    let edits: Vec<ManifestEdit> = edits.collect();
    if edits.is_empty() {
        return Err(
            "no single preference favors the nodes that are not wanted, and only the owner knows which one to remove",
        );
    }
    Ok(Fix::Manifest(edits))
}
