use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::{Descheduler, Evictor, counted_on_demand};
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::model::node_labels;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "preferred-loop",
    levels: &[Severity::Error],
    summary: "the evictor does not check Spot for free capacity, so pods are evicted in a loop, or never",
    harm: "The descheduler evicts a pod from on-demand as soon as one Spot node is ready: it compares labels, not free \
           capacity. When Spot is full, the new pod lands where the old one was and is evicted again in the next \
           round, indefinitely. Placeholders do not help: nothing is preempted while an on-demand node has free \
           capacity, and the evicted pod has just freed some. The loop ends only with `nodeFit` together with an \
           evictor `nodeSelector` that selects Spot nodes and no others: then a pod is evicted only if a Spot node has \
           free capacity for it. With `nodeFit` alone, free capacity on another on-demand node is enough. With a \
           selector that matches no Spot node, nothing ever returns to Spot.",
    detection: "`kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity` lists the same \
                workloads in every round, and `descheduler_pods_evicted_total` rises indefinitely. Or it stays at 0 \
                while pods that prefer Spot run on on-demand.",
    remedy: "Remove `nodeFit` and `nodeSelector` from the configuration: by default, spotgen lets the evictor look for \
             free capacity on Spot nodes.",
    sources: &[
        "kubernetes-sigs/descheduler v0.36.0 pkg/framework/plugins/removepodsviolatingnodeaffinity/node_affinity.go",
        "kubernetes-sigs/descheduler v0.36.0 pkg/descheduler/node/node.go and \
         pkg/framework/plugins/defaultevictor/defaultevictor.go, `PreEvictionFilter`",
        "kubernetes-sigs/descheduler#1707 (open), #1713, #1410: evicted again and again",
        "kubernetes-sigs/descheduler#1627: a nodeSelector, and nothing is evicted",
    ],
    check: Check::Descheduler(check),
};

fn check(plan: &Plan, descheduler: &Descheduler, findings: &mut Findings<'_>) {
    let evictor = &descheduler.evictor;
    let wrong_selector = wrong_selector(plan, evictor);
    let pointer = pointers::spec("descheduler/evictor/nodeFit");
    if !evictor.node_fit {
        let location = findings.locate(&pointer);
        let message = "without `nodeFit`, the descheduler evicts pods from on-demand in every round, even while Spot \
                       is full: they land on on-demand again";
        let fit = Edit::Set {
            pointer: pointer.clone(),
            value: true.into(),
        };
        let select = wrong_selector.map(|_| select_spot(plan));
        let cure = findings.wherever(Fix::Config([fit].into_iter().chain(select).collect()));
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .replace(location, "true")
                .together_with(cure)
                .help("`true` is also spotgen's default: a pod is evicted only if another node has free capacity")
        });
    } else if let Some(message) = wrong_selector {
        let (key, value) = node_labels::of_spot(plan);
        // What the pools say of the label is wrong then, and another finding.
        if evictor.node_selector == format!("{key}={value}") {
            return;
        }
        let pointer = selector();
        let location = findings.locate(&pointer);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.replace(location, format!("{key}={value}")).help(
                if (key, value) == plan.spot_label() {
                    "this `nodeSelector` is also spotgen's default"
                } else {
                    "it is the label that all Spot pools have and no other pool"
                },
            )
        });
    }
}

fn selector() -> Pointer {
    pointers::spec("descheduler/evictor/nodeSelector")
}

fn select_spot(plan: &Plan) -> Edit {
    let (key, value) = node_labels::of_spot(plan);
    Edit::Set {
        pointer: selector(),
        value: format!("{key}={value}").into(),
    }
}

/// What is wrong with the nodes on which the evictor looks for free capacity.
fn wrong_selector(plan: &Plan, evictor: &Evictor) -> Option<String> {
    let selected = |pool| node_labels::selected(plan, pool, &evictor.node_selector);
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let has_spot = spot.clone().next().is_some();
    if let Some(pool) = counted_on_demand(plan, evictor) {
        Some(format!(
            "the evictor counts free capacity on on-demand pool `{}` as a reason to evict: while Spot is full, pods \
             are evicted again and again",
            pool.name
        ))
    } else if has_spot && spot.all(|pool| selected(pool) == Some(false)) {
        Some(format!(
            "the evictor looks for free capacity only on nodes with `{}`, and no Spot node matches: pods never return \
             to Spot",
            evictor.node_selector
        ))
    } else {
        None
    }
}
