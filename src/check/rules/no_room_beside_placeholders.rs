use crate::check::context::Systems;
use crate::check::findings::Findings;
use crate::check::fixes::placeholders::{listed, requests};
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::components::overprovisioner::Placeholder;
use crate::components::overprovisioner::fits::Beside;
use crate::components::overprovisioner::pools::pools_of;
use crate::config::{PlaceholderSpread, pointers};
use crate::diagnostic::{Edit, Fix, Severity};
use crate::kubernetes::Resources;
use crate::model::capacity;
use crate::plan::Amount;
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "no-room-beside-placeholders",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a Spot node has no free capacity for a pod beside its placeholders",
    harm: "The scheduler preempts a placeholder only if no node at all has free capacity for the pod. A pod that \
           prefers Spot therefore goes to an on-demand node with free capacity first. Pods return only to the capacity \
           that placeholders leave free on a Spot node. If the largest pod does not fit there, it stays on on-demand, \
           or it is evicted again and again.",
    detection: "Spot nodes run only placeholders, while pods that prefer Spot run on on-demand.",
    remedy: "Reduce the placeholder requests, allow fewer placeholders per node (`spread: OnePerNode`), or choose a \
             larger VM. `spotgen check --numbers` prints the capacity that is left beside them.",
    sources: &[
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: preemption only where \
         no node is found",
        "Azure/AKS#2099: pause pods are not preempted while another node accepts the pod",
        "kubernetes-sigs/descheduler#1713",
    ],
    check: Check::Systems(check),
};

const CHOICE: &str = "a larger VM size leaves room as well";

fn check(systems: Systems<'_>, findings: &mut Findings<'_>) {
    let plan = &systems.planned().plan;
    let largest = capacity::preferring_spot(plan).largest;
    if largest == Amount::default() {
        return;
    }
    for (at, pool) in plan.node_pools.iter().enumerate() {
        if !capacity::spot_pools(plan)
            .iter()
            .any(|own| own.name == pool.name)
        {
            continue;
        }
        for (version, beside) in systems.distinct(|system| crowded(system, pool, largest)) {
            let system = systems.version(version);
            let findings = findings.of_part(version, &systems.room(version));
            judge(system, at, &beside, largest, findings);
        }
    }
}

/// `at` is the number of the pool.
fn judge(
    system: &System,
    at: usize,
    beside: &Beside<'_>,
    largest: Amount,
    findings: &mut Findings<'_>,
) {
    let pool = &system.plan.node_pools[at];
    let written = pointers::spec("overprovisioner/placeholders");
    let message = format!(
        "the largest pods request {largest} and cannot return to Spot: {} {} only {} free on a node of pool `{}`",
        beside.said(),
        if beside.is_one() { "leaves" } else { "leave" },
        beside.rest,
        pool.name
    );
    // Default placeholders are one per node and as large as the largest pod, so the nodes are too small for two.
    if findings.origin(&written).is_default() {
        findings.at(&pointers::pool(at).child("vmSize"), message, |diagnostic| {
            diagnostic
                .level(Severity::Info)
                .help("choose a larger `vmSize`, or declare smaller `placeholders`, which leave more capacity free")
                .no_fix("a larger VM and smaller placeholders both solve it, and each has its own cost")
        });
        return;
    }
    let largest_of = |(_, placeholder, count): &&(usize, &Placeholder, i64)| {
        let all = Amount::from(&placeholder.requests).times(*count);
        (all.cpu, all.memory)
    };
    let largest_one = beside.placeholders.iter().max_by_key(largest_of);
    let at = largest_one.map_or(0, |(at, ..)| *at);
    let cure = listed(findings, at).and_then(|_| shrink(system, at, largest));
    let pointer = pointers::placeholder(at);
    findings.at(&pointer.child("requests"), message, |diagnostic| {
        diagnostic
            .help("reduce the placeholder `requests`, set `spread: OnePerNode`, or choose a larger `vmSize`")
            .cure(cure).choice(CHOICE)
    });
}

/// The placeholders on a node of a pool, if they leave too little free capacity for the largest pod.
fn crowded<'p>(system: &'p System, pool: &NodePool, largest: Amount) -> Option<Beside<'p>> {
    let room = capacity::of_node(pool)?;
    let beside = Beside::on_node(system, pool)?;
    // A pod that does not even fit on an empty node is another rule's finding.
    (!largest.fits(beside.rest) && largest.fits(room)).then_some(beside)
}

/// Makes placeholders no larger than the largest pod, or one per node, or both: the first that leaves enough capacity.
fn shrink(system: &System, at: usize, largest: Amount) -> Result<Fix, &'static str> {
    let mut placeholders = system.placeholders().map(|(_, placeholder)| placeholder);
    let own = placeholders
        .nth(at)
        .ok_or("the placeholder does not exist")?;
    let request = Amount::from(&own.requests).min(largest);
    let smaller = Placeholder {
        requests: Resources::of(request.cpu, request.memory),
        ..own.clone()
    };
    let fewer = Placeholder {
        spread: PlaceholderSpread::OnePerNode,
        ..own.clone()
    };
    let both = Placeholder {
        spread: fewer.spread,
        ..smaller.clone()
    };
    let mut ways = [smaller, fewer, both].into_iter();
    let way = ways
        .find(|way| leaves_room(system, at, way, largest))
        .ok_or("only a larger VM solves it, and the owner has to weigh its cost")?;
    let pointer = pointers::placeholder(at);
    let mut edits = Vec::new();
    if way.requests != own.requests {
        edits.push(Edit::Set {
            pointer: pointer.child("requests"),
            value: requests(request),
        });
    }
    if way.spread != own.spread {
        edits.push(Edit::Set {
            pointer: pointer.child("spread"),
            value: "OnePerNode".into(),
        });
    }
    Ok(Fix::Config(edits))
}

/// Whether the largest pod fits on every node if this replaces a placeholder.
fn leaves_room(system: &System, at: usize, placeholder: &Placeholder, largest: Amount) -> bool {
    let mut changed = system.clone();
    if let Some(overprovisioner) = &mut changed.overprovisioner {
        overprovisioner.placeholders[at] = placeholder.clone();
    }
    let mut pools = pools_of(&system.plan, placeholder);
    pools.all(|pool| crowded(&changed, pool, largest).is_none())
}
