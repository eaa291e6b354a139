use crate::check::findings::Findings;
use crate::check::fixes::soft_spread;
use crate::check::rule::{Check, Rule};
use crate::config::SpreadMethod;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::POD_TEMPLATE_HASH_LABEL;
use crate::kubernetes::TopologyKey;
use crate::model::domains::Domains;
use crate::model::hard_spread::HardSpread;
use crate::model::{WorkloadView, capacity};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "anti-affinity-without-room",
    levels: &[Severity::Error, Severity::Warning],
    summary: "required anti-affinity needs more nodes or zones than there are",
    harm: "With required anti-affinity, each zone or node takes at most one pod of the workload. Pods beyond that \
           number stay Pending indefinitely, and no scale-up helps. If there are exactly as many zones or nodes as \
           pods, a rollout that starts a new pod before it stops an old one cannot begin. If only the on-demand pools \
           have too few, the pods stay Pending when Spot is lost.",
    detection: "Pods are Pending with `didn't match pod anti-affinity rules`.",
    remedy: "Run fewer replicas, turn the requirement into a preference (`ScheduleAnyway`), or use topology spread \
             with a larger `maxSkew`.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity",
    ],
    check: Check::Placed(check),
};

const CHOICE: &str = "topology spread with a larger `maxSkew` keeps more of the spread";

fn check(plan: &Plan, pods: WorkloadView<'_>, findings: &mut Findings<'_>) {
    let Some(replicas) = pods.most() else {
        return;
    };
    let mut apart = pods.hard_spreads();
    apart.retain(|spread| spread.method == SpreadMethod::PodAntiAffinity);
    for spread in &apart {
        let Some((count, what)) = domains(plan, pods, spread.key) else {
            continue;
        };
        if replicas <= count {
            if replicas == count && needs_one_more(pods, replicas) {
                rollout((pods, *spread), replicas, what, findings);
                return;
            }
            if let Some(left) = without_spot(plan, pods, spread.key).filter(|left| *left < replicas)
            {
                failover((pods, *spread), (replicas, left, what), findings);
                return;
            }
            continue;
        }
        let message = format!(
            "{} of {replicas} pods of workload `{}` cannot be scheduled: required anti-affinity allows one pod per \
             {what}, and its node pools have at most {count}",
            replicas - count,
            pods.name()
        );
        // All of them are relaxed at once: with only one relaxed, the next run would report another.
        let is_crowded = |spread: &&HardSpread<'_>| {
            domains(plan, pods, spread.key).is_some_and(|(count, _)| replicas > count)
        };
        let crowded: Vec<HardSpread<'_>> = apart.iter().filter(is_crowded).copied().collect();
        let fix = soft_spread::of(pods, &crowded, findings.document);
        findings.at_spread((pods, *spread), message, |diagnostic| {
            let diagnostic = diagnostic.help(format!(
                "{}, or use topology spread with a larger `maxSkew`",
                spread.softened()
            ));
            match fix {
                Some(fix) => diagnostic.fix(fix).choice(CHOICE),
                None => diagnostic.no_fix(soft_spread::IN_BOTH),
            }
        });
        return;
    }
}

/// Whether a rollout has to start a new pod before it may stop an old one.
fn needs_one_more(pods: WorkloadView<'_>, replicas: i64) -> bool {
    // With this key in `matchLabelKeys`, old and new pods do not repel each other.
    let terms = pods
        .existing()
        .map_or(&[][..], |existing| &existing.required_anti_affinity);
    let mut keys = terms.iter().flat_map(|term| &term.match_label_keys);
    let are_told_apart = keys.any(|key| key == POD_TEMPLATE_HASH_LABEL);
    !are_told_apart && pods.starts_before_it_stops(replicas)
}

fn rollout(
    (pods, spread): (WorkloadView<'_>, HardSpread<'_>),
    replicas: i64,
    what: &str,
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "rollouts of workload `{}` hang: required anti-affinity allows one pod per {what}, and its pods occupy every \
         {what} ({replicas} in all), so a new pod stays Pending",
        pods.name()
    );
    findings.at_spread((pods, spread), message, |diagnostic| {
        let diagnostic = diagnostic.level(Severity::Warning).help(format!(
            "set `rollingUpdate: {{maxUnavailable: 1}}` so that an old pod stops first, or {}",
            spread.softened()
        ));
        let Some(found) = pods.found else {
            return diagnostic.no_fix("no manifest shows the update strategy of this workload");
        };
        let missing = Edit::Set {
            pointer: Pointer::parse("/spec/strategy/rollingUpdate/maxUnavailable"),
            value: 1.into(),
        };
        diagnostic
            .fix(Fix::manifest(found.location, missing))
            .choice(CHOICE)
    });
}

/// Where pods that prefer Spot cannot all be once it is lost.
fn failover(
    (pods, spread): (WorkloadView<'_>, HardSpread<'_>),
    (replicas, left, what): (i64, i64, &str),
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "without Spot, {} of {replicas} pods of workload `{}` stay Pending: required anti-affinity allows one pod per \
         {what}, and its on-demand pools have at most {left}",
        replicas - left,
        pods.name()
    );
    findings.at_spread((pods, spread), message, |diagnostic| {
        diagnostic
            .level(Severity::Warning)
            .help(format!(
                "raise `nodes.max` of the on-demand pools, or {}",
                spread.softened()
            ))
            .no_fix("only the owner knows how many on-demand nodes may run")
    });
}

/// The same of what is left to pods that prefer Spot when all of it is lost. None where nothing is: that is another fault.
fn without_spot(plan: &Plan, pods: WorkloadView<'_>, key: &TopologyKey) -> Option<i64> {
    if !pods.prefers_spot(plan) {
        return None;
    }
    let left = capacity::left_of_spot(plan);
    let on_demand = plan.node_pools.iter().filter(|pool| !pool.is_spot());
    let pools: Vec<&NodePool> = on_demand
        .chain(&left)
        .filter(|pool| pods.may_be_on(plan, pool))
        .collect();
    if pools.is_empty() {
        return None;
    }
    match Domains::of(plan, key, pools.into_iter())? {
        Domains::Zones { are_all: false, .. } | Domains::Values { are_all: false, .. } => None,
        domains => Some(domains.count()),
    }
}

/// The largest number of zones or nodes that a workload can use, or none if that is unknown. Only pools that its pods
/// can run on count.
fn domains(plan: &Plan, pods: WorkloadView<'_>, key: &TopologyKey) -> Option<(i64, &'static str)> {
    let mut pools = plan
        .node_pools
        .iter()
        .filter(|pool| pods.may_be_on(plan, pool))
        .peekable();
    pools.peek()?;
    let domains = Domains::of(plan, key, pools)?;
    let what = match domains {
        Domains::Nodes(_) => "node",
        Domains::Zones { are_all: true, .. } => "zone",
        Domains::Values { are_all: true, .. } => "value of its topology key",
        Domains::Zones { .. } | Domains::Values { .. } => return None,
    };
    Some((domains.count(), what))
}
