use super::{Check, Findings, Rule, places};
use crate::diagnostic::{Pointer, Severity};
use crate::numbers::paid_room::PaidRoom;
use crate::numbers::room::Amount;
use crate::plan::{NodePool, Placeholder, Plan};

pub(super) const RULE: Rule = Rule {
    id: "no-failover-headroom",
    level: Severity::Warning,
    summary: "too little room is held on on-demand for what comes when Spot goes",
    harm: "Placeholders on Spot are gone with Spot. They hold room to come back to, not room to fail over to: \
           when all Spot is taken away, pods wait until the autoscaler has added on-demand nodes, which takes minutes. On-demand \
           placeholders that do not fit on the nodes which run anyway (`nodes.min`) are no cure: each one that pends costs a \
           node for as long as it does.",
    detection: "During an interruption pods are Pending until an on-demand node is ready. In runs on a control plane of real \
                components three placeholders of 500m that did not fit beside three pods of 500m and the descheduler cost a \
                second on-demand node for 1000 to 1600 s in every outage.",
    remedy: "Add placeholders with `capacity: OnDemand`, as many and as large as the pods that must not wait, and raise \
             `nodes.min` until they fit; `spotgen check --numbers` prints what that buys. Left out, `placeholders` are made \
             for both, and only as many as fit.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: all nodes of a pool can be evicted at once",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.placeholders().next().is_none() {
        return;
    }
    let written = places::spec("overprovisioner/placeholders");
    // Whose placeholders are made by default has not forgotten anything.
    let level = match findings.document.node(&written) {
        Some(_) => Severity::Warning,
        None => Severity::Info,
    };
    let paid = PaidRoom::of(plan);
    let on_demand = || {
        let placeholders = plan.placeholders().map(|(_, placeholder)| placeholder);
        placeholders.filter(|placeholder| is_on_demand(plan, placeholder))
    };
    if on_demand().next().is_none() {
        let message = "all placeholders are on Spot, and gone with it: failover waits for a new on-demand node";
        let help = "add placeholders with `capacity: OnDemand` for what must not wait; they stay where on-demand nodes are \
                    paid for anyway (`nodes.min`)";
        let cure = paid.and_then(PaidRoom::cure).map(|cure| raise(&cure));
        findings.at(&written, message, |diagnostic| {
            let diagnostic = diagnostic.level(level).help(help);
            match cure {
                Some(cure) => diagnostic.help(cure),
                None => diagnostic,
            }
        });
        return;
    }
    let Some(paid) = paid else {
        return;
    };
    let held = on_demand().fold(Amount::default(), |held, placeholder| {
        let replicas = placeholder.replicas.map_or(0, i64::from);
        held.plus(Amount::from(&placeholder.requests).times(replicas))
    });
    let name = &paid.pool.name;
    let (message, level, cure) = if let Some(cure) = paid.min_for(held) {
        let message = format!(
            "on-demand placeholders hold {held}, and the nodes of `{name}` that run anyway have less free: they keep a further \
             node"
        );
        (message, level, cure)
    } else if let Some(cure) = paid.min_for_all_and(held).filter(|_| paid.holds_all()) {
        let message = format!(
            "when all Spot is gone, its {} pods fit on the nodes of `{name}` that run anyway, and not the placeholders beside \
             them: they cost a further node for as long",
            paid.pods
        );
        (message, Severity::Info, cure)
    } else if let Some(cure) = paid.cure() {
        let message = format!(
            "when all Spot is gone, {} pods can come at once, and the nodes of `{name}` that run anyway hold {} of them: the \
             others wait for further nodes",
            paid.at_once,
            paid.placed()
        );
        (message, Severity::Info, cure)
    } else {
        return;
    };
    findings.at(&minimum(plan, paid.pool), message, |diagnostic| {
        diagnostic.level(level).help(raise(&cure))
    });
}

fn is_on_demand(plan: &Plan, placeholder: &Placeholder) -> bool {
    plan.pools_of(&placeholder.target)
        .any(|pool| !pool.is_spot())
}

fn raise(cure: &PaidRoom<'_>) -> String {
    format!(
        "`nodes.min: {}` of `{}` holds them",
        cure.min, cure.pool.name
    )
}

fn minimum(plan: &Plan, pool: &NodePool) -> Pointer {
    let mut pools = plan.node_pools.iter();
    let at = pools.position(|other| other.name == pool.name);
    places::pool(at.unwrap_or_default())
        .child("nodes")
        .child("min")
}
