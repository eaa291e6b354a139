use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::descheduler::{Descheduler, Evictor};
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::model::node_labels;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "preferred-loop",
    level: Severity::Error,
    summary: "pods are evicted from on-demand whether or not Spot has room, for ever, or never",
    harm: "The descheduler evicts a pod from on-demand as soon as one Spot node is ready: it compares labels, not room. When \
           Spot is full, the new pod goes where the old one was, and is evicted in the next round, and so on. Placeholders \
           do not help: nothing is displaced while an on-demand node has room, and it has the room that the pod has just \
           left. What ends the loop is `nodeFit` together with a `nodeSelector` of the evictor that selects Spot nodes and \
           no others: then a pod is evicted only if a Spot node has room for it. With `nodeFit` alone another on-demand \
           node with room is enough, and with a selector that no Spot node meets nothing ever comes back.",
    detection: "`kubectl get events -A --field-selector reason=RemovePodsViolatingNodeAffinity` names the same workloads round \
                after round, and `descheduler_pods_evicted_total` rises for ever; or it stays at 0 while pods that prefer \
                Spot are on on-demand.",
    remedy: "Leave `nodeFit` and `nodeSelector` out: by default the evictor looks for room on Spot nodes.",
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
    if !evictor.node_fit {
        let pointer = pointers::spec("descheduler/evictor/nodeFit");
        let location = findings.locate(&pointer);
        let message = "without `nodeFit` pods are evicted from on-demand every round, also while Spot is full: they go back \
                       to where they were";
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .replace(location, "true")
                .help("or leave it out: the evictor then asks first whether a Spot node has room")
        });
        return;
    }
    selector(plan, evictor, findings);
}

fn selector(plan: &Plan, evictor: &Evictor, findings: &mut Findings<'_>) {
    let selected = |pool| node_labels::selected(plan, pool, &evictor.node_selector);
    let mut on_demand = plan
        .node_pools
        .iter()
        .filter(|pool| !pool.is_spot() && plan.lets_workloads_onto(pool));
    let mut spot = plan.node_pools.iter().filter(|pool| pool.is_spot());
    let has_spot = spot.clone().next().is_some();
    let message = if let Some(pool) = on_demand.find(|pool| selected(pool) == Some(true)) {
        format!(
            "the evictor takes room on on-demand pool `{}` for room on Spot: while Spot is full, pods are evicted again and \
             again",
            pool.name
        )
    } else if has_spot && spot.all(|pool| selected(pool) == Some(false)) {
        format!(
            "the evictor looks for room on nodes with `{}`, and no Spot node is one: nothing comes back to Spot",
            evictor.node_selector
        )
    } else {
        return;
    };
    let (key, value) = plan.spot_label();
    let pointer = pointers::spec("descheduler/evictor/nodeSelector");
    let location = findings.locate(&pointer);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .replace(location, format!("{key}={value}"))
            .help("or leave it out: that is the default")
    });
}
