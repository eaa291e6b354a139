use crate::check::context::Systems;
use crate::check::draft::Draft;
use crate::check::findings::Findings;
use crate::check::fixes::placeholders::{free_name, listed, requests};
use crate::check::rule::{Check, Rule};
use crate::components::overprovisioner::Placeholder;
use crate::components::{Installed, System};
use crate::config::pointers;
use crate::defaults::ON_DEMAND_PLACEHOLDER_NAME;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::manifests::ManifestWorkload;
use crate::model::WorkloadView;
use crate::model::paid_room::PaidRoom;
use crate::plan::Amount;
use crate::plan::{NodePool, Plan};
use crate::values::Quantity;
use crate::values::words::quoted;

pub(super) const RULE: Rule = Rule {
    id: "no-failover-headroom",
    levels: &[Severity::Warning, Severity::Info],
    summary: "on-demand has too little headroom for the pods that fail over from Spot",
    harm: "Placeholders on Spot are lost together with Spot. They are headroom for failback, not for failover: when \
           all Spot nodes are reclaimed, pods wait until the autoscaler has added on-demand nodes, which takes \
           minutes. On-demand placeholders that do not fit on the nodes that always run (`nodes.min`) do not help: \
           each Pending one keeps an extra node running. If those nodes hold everything that fails over, no \
           placeholders are needed there.",
    detection: "During an interruption, pods are Pending until an on-demand node is ready. In test runs on a control \
                plane of real components, three placeholders of 500m did not fit beside three pods of 500m and the \
                descheduler. They cost a second on-demand node for 1000 to 1600 s in every outage.",
    remedy: "Add placeholders with `capacity: OnDemand`, as many and as large as the pods that must not wait. Raise \
             `nodes.min` until they fit; `spotgen check --numbers` prints the effect. Or remove `placeholders`: by \
             default, spotgen creates them for both capacities, and on on-demand only as many as fit.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: all nodes of a pool can be evicted at once",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Systems(check),
};

const CHOICE: &str = "headroom costs money, and pods that can wait need none";

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let pools = &systems.planned().plan.node_pools;
    // A missing on-demand pool is another rule's finding.
    if !pools.is_empty() && pools.iter().all(NodePool::is_spot) {
        return;
    }
    let plan = &systems.planned().plan;
    let installed = systems.installed().into_iter();
    let installed = installed.flat_map(Installed::placeholders);
    let installed: Vec<&ManifestWorkload> = installed.collect();
    let is_elsewhere = installed.iter().any(|found| may_be(plan, found, false));
    let message = if installed.iter().all(|found| may_be(plan, found, true)) {
        "all placeholders run on Spot and are lost with it: failover waits for a new on-demand node"
    } else {
        "no placeholder runs on on-demand, and those on Spot are lost with it: failover waits for a new on-demand node"
    };
    for (version, headroom) in systems.distinct(Headroom::of) {
        // Some of those that are installed are not read: in which zone a pool is, the configuration may not say.
        if is_elsewhere && headroom.placeholders.is_empty() {
            continue;
        }
        let findings = findings.of_part(version, &systems.room(version));
        judge(systems.version(version), &headroom, message, findings);
    }
}

/// What occupies on-demand nodes: sizes and counts.
#[derive(PartialEq)]
struct Headroom {
    placeholders: Vec<(Amount, i64)>,
    controllers: Vec<(Amount, i64)>,
}

impl Headroom {
    /// `None` if there are no placeholders, on Spot or elsewhere.
    fn of(system: &System) -> Option<Self> {
        // Those that the autoscaler ignores hold no room, and are found for that.
        let cutoff = system.plan.autoscaler.expendable_cutoff();
        let placeholders = || {
            let all = system.placeholders().map(|(_, placeholder)| placeholder);
            all.filter(move |placeholder| placeholder.priority_class.value >= cutoff)
        };
        let on_demand =
            placeholders().filter(|placeholder| is_on_demand(&system.plan, placeholder));
        placeholders().next()?;
        Some(Self {
            placeholders: on_demand.map(sizes).collect(),
            controllers: system.on_demand_controllers(),
        })
    }
}

fn judge(system: &System, headroom: &Headroom, message: &str, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let written = pointers::spec("overprovisioner/placeholders");
    // With default placeholders, the user has forgotten nothing.
    let level = match findings.document.node(&written) {
        Some(_) => Severity::Warning,
        None => Severity::Info,
    };
    // Nothing here is worse, and it takes long to reckon.
    if !findings.are_shown(level) {
        return;
    }
    let paid = PaidRoom::of(plan, headroom.controllers.clone());
    let held = &headroom.placeholders;
    if held.is_empty() {
        // No pod waits for a node if everything fits on the running ones.
        if !paid.as_ref().is_some_and(PaidRoom::holds_all) {
            all_on_spot(system, (&written, message), level, paid.as_ref(), findings);
        }
        return;
    }
    let Some(paid) = paid else {
        return;
    };
    if let Some(short) = short(&paid, held, level) {
        let cure = short.cure.as_ref().ok_or(
            "the pool cannot have enough nodes, and only the owner can decide which placeholders to drop",
        );
        let cure = cure.map(|cure| Fix::Config(vec![raised(plan, cure)]));
        findings.at(&minimum(plan, paid.pool()), short.message, |diagnostic| {
            diagnostic
                .level(short.level)
                .help(short.help)
                .cure(cure)
                .choice(CHOICE)
        });
    }
}

/// A problem with on-demand headroom, and its fix.
struct Short<'p> {
    message: String,
    level: Severity,
    help: String,
    /// `None` if the pool cannot have that many nodes.
    cure: Option<PaidRoom<'p>>,
}

/// `level` is the level of problems with the placeholders themselves.
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
            help: help.unwrap_or_else(|| {
                "reduce the number or the requests of the on-demand placeholders".to_owned()
            }),
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
            "the on-demand placeholders request {all} in total and do not fit on the nodes that {always}: they keep an \
             extra node running"
        );
        return Some(holding(message, level));
    }
    if paid.holds_all() {
        let message = format!(
            "when all Spot nodes are lost, the pods from Spot ({}) fit on the nodes that {always}, but the \
             placeholders no longer fit beside them and keep an extra node running until Spot returns",
            paid.most_pods()
        );
        let is_full = !paid.holds_beside_all(placeholders);
        return is_full.then(|| holding(message, Severity::Info));
    }
    let (at_once, placed) = (paid.at_once(), paid.placed());
    if placed == at_once {
        return None;
    }
    // If the pool cannot have more nodes, on-demand is too small altogether, which another rule reports. Default
    // placeholders need no space of their own here: there are only as many as fit.
    let is_default = level == Severity::Info;
    let cure = paid.min_with(if is_default { &[] } else { placeholders })?;
    let message = format!(
        "when all Spot nodes are lost, up to {at_once} pods fail over at once, but the nodes that {always} hold only \
         {placed} of them: the rest waits for new nodes"
    );
    let help = match paid.min_with(&[]) {
        Some(for_pods) if for_pods.min() < cure.min() => format!(
            "set `nodes.min: {}` of `{}` to hold these pods, or `nodes.min: {}` to hold the placeholders as well",
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

/// Reports placeholders on Spot alone, and what would be enough on on-demand.
fn all_on_spot(
    system: &System,
    (written, message): (&Pointer, &str),
    level: Severity,
    paid: Option<&PaidRoom<'_>>,
    findings: &mut Findings<'_>,
) {
    let general = "add placeholders with `capacity: OnDemand` for pods that must not wait, on the on-demand nodes that \
                   are paid for anyway (`nodes.min`)";
    let enough = paid.and_then(|paid| paid.min_with(&[]));
    let helps = match &enough {
        Some(enough) if enough.holds_all() => vec![format!(
            "set `nodes.min: {}` of `{}` to hold everything that fails over, without placeholders",
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
                format!(
                    "set `replicas: {count}` with `requests: {{cpu: {}, memory: {}}}`: that many{then} fit on the nodes that {always}",
                    Quantity::from_millis(one.cpu),
                    Quantity::from_bytes(one.memory)
                )
            });
            let helps = [Some(general.to_owned()), raised, fit];
            helps.into_iter().flatten().collect()
        }
        None => vec![general.to_owned()],
    };
    let enough =
        enough.ok_or("on-demand cannot have enough nodes, or too little is known about it");
    let cure = enough.and_then(|enough| hold(system, paid, &enough, findings));
    findings.at(written, message, |diagnostic| {
        let diagnostic = diagnostic.level(level);
        helps
            .into_iter()
            .fold(diagnostic, Draft::help)
            .cure(cure)
            .choice(CHOICE)
    });
}

/// Adds headroom for failover: nodes that always run, and placeholders on them if those nodes do not hold all pods.
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
    // Default placeholders are as many as fit.
    if enough.holds_all() || are_default && is_raised && count > 0 {
        return Ok(Fix::Config(raised.into_iter().collect()));
    }
    if count == 0 || are_default {
        return Err("the on-demand nodes that always run have no free capacity for placeholders");
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

/// Whether placeholders of a manifest may be on Spot nodes, or on others, for all that is known.
fn may_be(plan: &Plan, found: &ManifestWorkload, is_spot: bool) -> bool {
    let cutoff = plan.autoscaler.expendable_cutoff();
    let priority = found.priority;
    let is_kept = priority.is_none_or(|priority| priority.value >= i64::from(cutoff));
    let pods = WorkloadView::alone(found);
    let mut pools = plan.node_pools.iter();
    is_kept
        && !found.is_off()
        && pools.any(|pool| pool.is_spot() == is_spot && pods.may_be_on(plan, pool))
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
    format!("{} always {has}", quoted(&names))
}

fn raise(cure: &PaidRoom<'_>) -> String {
    format!(
        "set `nodes.min: {}` of `{}` to hold them",
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
