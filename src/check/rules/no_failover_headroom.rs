use crate::check::context::Systems;
use crate::check::draft::Draft;
use crate::check::findings::Findings;
use crate::check::fixes::placeholders::{free_name, listed, requests};
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::config::pointers;
use crate::defaults::ON_DEMAND_PLACEHOLDER_NAME;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::model::paid_room::PaidRoom;
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "no-failover-headroom",
    level: Severity::Warning,
    summary: "too little room is held on on-demand for what comes when Spot goes",
    harm: "Placeholders on Spot are gone with Spot. They hold room to come back to, not room to fail over to: \
           when all Spot is taken away, pods wait until the autoscaler has added on-demand nodes, which takes minutes. On-demand \
           placeholders that do not fit on the nodes which always run (`nodes.min`) are no cure: each pending one keeps an \
           extra node running. Where those nodes hold everything that fails over, no placeholders are needed there.",
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
    check: Check::Systems(check),
};

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let pools = &systems.planned().plan.node_pools;
    // Without any on-demand pool that is what is wrong.
    if !pools.is_empty() && pools.iter().all(NodePool::is_spot) {
        return;
    }
    for (version, headroom) in systems.distinct(Headroom::of) {
        judge(systems.version(version), &headroom, findings.of(version));
    }
}

/// What takes room on on-demand nodes, sizes and numbers.
#[derive(PartialEq)]
struct Headroom {
    placeholders: Vec<(Amount, i64)>,
    controllers: Vec<(Amount, i64)>,
}

impl Headroom {
    /// None where there are no placeholders, on Spot or elsewhere.
    fn of(system: &System) -> Option<Self> {
        let placeholders = || system.placeholders().map(|(_, placeholder)| placeholder);
        let on_demand =
            placeholders().filter(|placeholder| is_on_demand(&system.plan, placeholder));
        placeholders().next()?;
        Some(Self {
            placeholders: on_demand.map(sizes).collect(),
            controllers: system.on_demand_controllers(),
        })
    }
}

fn judge(system: &System, headroom: &Headroom, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let written = pointers::spec("overprovisioner/placeholders");
    // Whose placeholders are made by default has not forgotten anything.
    let level = match findings.document.node(&written) {
        Some(_) => Severity::Warning,
        None => Severity::Info,
    };
    let paid = PaidRoom::of(plan, headroom.controllers.clone());
    let held = &headroom.placeholders;
    if held.is_empty() {
        // Nobody waits for a node where everything fits on those that run.
        if !paid.as_ref().is_some_and(PaidRoom::holds_all) {
            all_on_spot(system, &written, level, paid.as_ref(), findings);
        }
        return;
    }
    let Some(paid) = paid else {
        return;
    };
    if let Some(short) = short(&paid, held, level) {
        let cure = short.cure.as_ref().ok_or(
            "the pool cannot have as many nodes, and which placeholders to do without is open",
        );
        let cure = cure.map(|cure| Fix::Config(vec![raised(plan, cure)]));
        findings.at(&minimum(plan, paid.pool()), short.message, |diagnostic| {
            diagnostic.level(short.level).help(short.help).cure(cure)
        });
    }
}

/// What is wrong with placeholders on on-demand, and the way out.
struct Short<'p> {
    message: String,
    level: Severity,
    help: String,
    /// None where the pool cannot have as many nodes.
    cure: Option<PaidRoom<'p>>,
}

/// `level` is that of a fault of the placeholders.
fn short<'p>(
    paid: &PaidRoom<'p>,
    placeholders: &[(Amount, i64)],
    level: Severity,
) -> Option<Short<'p>> {
    let always = always_has(paid);
    let holding = |message: String, level: Severity| {
        let cure = paid.min_with(placeholders);
        let help = cure.as_ref().map(raise);
        Short {
            message,
            level,
            help: help.unwrap_or_else(|| "hold fewer of them there".to_owned()),
            cure,
        }
    };
    if !paid.holds(placeholders) {
        let all = placeholders
            .iter()
            .fold(Amount::default(), |all, (one, count)| {
                all.plus(one.times(*count))
            });
        let message = format!(
            "on-demand placeholders hold {all} and do not fit on the nodes that {always}: they keep an extra node running"
        );
        return Some(holding(message, level));
    }
    if paid.holds_all() {
        let message = format!(
            "when all Spot is gone, its {} pods run on the nodes that {always}; the placeholders no longer fit beside them and \
             keep one more node until Spot is back",
            paid.most_pods()
        );
        let is_full = !paid.holds_beside_all(placeholders);
        return is_full.then(|| holding(message, Severity::Info));
    }
    let (at_once, placed) = (paid.at_once(), paid.placed());
    if placed == at_once {
        return None;
    }
    // Where more nodes are not to be had, there is too little on-demand altogether, and another rule says so. Those by
    // default are as many as fit then.
    let is_default = level == Severity::Info;
    let cure = paid.min_with(if is_default { &[] } else { placeholders })?;
    let message = format!(
        "when all Spot is gone, {at_once} pods can come at once, and the nodes that {always} hold {placed} of them: the others \
         wait for further nodes"
    );
    let help = match paid.min_with(&[]) {
        Some(for_pods) if for_pods.min() < cure.min() => format!(
            "`nodes.min: {}` of `{}` holds them, and {} leaves room for the placeholders too",
            for_pods.min(),
            for_pods.pool().name,
            cure.min()
        ),
        _ => raise(&cure),
    };
    Some(Short {
        message,
        level: Severity::Info,
        help,
        cure: Some(cure),
    })
}

/// Placeholders on Spot alone, and what would be enough on on-demand.
fn all_on_spot(
    system: &System,
    written: &Pointer,
    level: Severity,
    paid: Option<&PaidRoom<'_>>,
    findings: &mut Findings<'_>,
) {
    let message =
        "all placeholders are on Spot, and gone with it: failover waits for a new on-demand node";
    let general = "add placeholders with `capacity: OnDemand` for what must not wait; they stay where on-demand nodes are paid \
                   for anyway (`nodes.min`)";
    let enough = paid.and_then(|paid| paid.min_with(&[]));
    let helps = match &enough {
        Some(enough) if enough.holds_all() => vec![format!(
            "`nodes.min: {}` of `{}` holds everything that fails over, without placeholders",
            enough.min(),
            enough.pool().name
        )],
        Some(enough) => {
            let is_raised = paid.is_some_and(|paid| enough.min() > paid.min());
            let (then, raised) = if is_raised {
                (" then", Some(raise(enough)))
            } else {
                ("", None)
            };
            let (one, count) = enough.slots();
            let fit = (count > 0).then(|| {
                let always = always_has(enough);
                format!("`replicas: {count}` of {one} each{then} fit on the nodes that {always}")
            });
            let helps = [Some(general.to_owned()), raised, fit];
            helps.into_iter().flatten().collect()
        }
        None => vec![general.to_owned()],
    };
    let enough =
        enough.ok_or("on-demand cannot have enough nodes, or too little is known of it to tell");
    let cure = enough.and_then(|enough| hold(system, paid, &enough, findings));
    findings.at(written, message, |diagnostic| {
        let diagnostic = diagnostic.level(level);
        helps.into_iter().fold(diagnostic, Draft::help).cure(cure)
    });
}

/// Room for what fails over: nodes that run anyway, and placeholders on them where those do not hold all of it.
fn hold(
    system: &System,
    paid: Option<&PaidRoom<'_>>,
    enough: &PaidRoom<'_>,
    findings: &Findings<'_>,
) -> Result<Fix, &'static str> {
    let is_raised = paid.is_some_and(|paid| enough.min() > paid.min());
    let raised = is_raised.then(|| raised(&system.plan, enough));
    let written = pointers::spec("overprovisioner/placeholders");
    let are_default = findings.origin(&written).is_default();
    let (one, count) = enough.slots();
    // By default as many are made as fit.
    if enough.holds_all() || are_default && is_raised && count > 0 {
        return Ok(Fix::Config(raised.into_iter().collect()));
    }
    if count == 0 || are_default {
        return Err("the on-demand nodes that always run have no room for placeholders");
    }
    listed(findings, 0)?;
    let added = Edit::Append {
        pointer: written,
        value: serde_json::json!({
            "name": free_name(system, ON_DEMAND_PLACEHOLDER_NAME),
            "capacity": "OnDemand",
            "replicas": count,
            "requests": requests(one),
        }),
    };
    Ok(Fix::Config(raised.into_iter().chain([added]).collect()))
}

fn is_on_demand(plan: &Plan, placeholder: &Placeholder) -> bool {
    placeholder.target.pools(plan).any(|pool| !pool.is_spot())
}

fn sizes(placeholder: &Placeholder) -> (Amount, i64) {
    let replicas = placeholder.replicas.map_or(0, i64::from);
    (Amount::from(&placeholder.requests), replicas)
}

/// `` `regular1` and `regular2` always have ``.
fn always_has(paid: &PaidRoom<'_>) -> String {
    let names = paid.names();
    let has = if names.len() == 1 { "has" } else { "have" };
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("{} always {has}", names.join(" and "))
}

fn raise(cure: &PaidRoom<'_>) -> String {
    format!(
        "`nodes.min: {}` of `{}` holds them",
        cure.min(),
        cure.pool().name
    )
}

fn raised(plan: &Plan, cure: &PaidRoom<'_>) -> Edit {
    Edit::Set {
        pointer: minimum(plan, cure.pool()),
        value: cure.min().into(),
    }
}

fn minimum(plan: &Plan, pool: &NodePool) -> Pointer {
    let mut pools = plan.node_pools.iter();
    let at = pools.position(|other| other.name == pool.name);
    pointers::pool(at.unwrap_or_default())
        .child("nodes")
        .child("min")
}
