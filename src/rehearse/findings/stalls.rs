//! Pods that are not ready, and why nothing changes that.

use std::collections::BTreeMap;

use super::full::{full_by_number, setting};
use super::given_up::{self, given_up};
use super::hold_words;
use super::minimum::waiting_at_minimum;
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::rehearse::held;
use crate::rehearse::hold::{self, Hold};
use crate::rehearse::place::Places;
use crate::simulate::actors::scheduler::{Diagnosis, node_alone_fits};
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::verdict::WorkloadOutcome;
use crate::simulate::world::{GroupId, NodeId, OwnerId, OwnerKind, TemplateId};

/// Workloads of one kind of cause that are told apart, each with its own place; the others are told with the first.
const APART: usize = 5;

/// What pods are that hold up others.
const STOPPING: &str = "stopping on machines that do not run";

/// What holds up pods of one workload, or of several for the same cause.
struct Held {
    /// How many of its pods that is about, and what they are.
    count: i64,
    are: &'static str,
    why: String,
    rule: Option<&'static str>,
    blame: Blame,
    /// What the scheduler says of the first of them.
    told: Option<String>,
}

/// What holds these workloads up: a finding for each cause.
pub(super) fn stalls(
    run: &Run,
    short: &[&WorkloadOutcome],
    places: &mut Places<'_>,
) -> Vec<Finding> {
    let mut causes: Vec<(Held, String, Vec<&WorkloadOutcome>)> = Vec::new();
    let mut apart: BTreeMap<String, usize> = BTreeMap::new();
    for own in short {
        let held = held(run, own);
        let place = match &held.blame {
            Blame::Pods {
                workload,
                hold,
                pools,
            } => held::pods(workload, hold, pools, places),
            _ => String::new(),
        };
        let is_alike = |known: &Held| {
            (known.are, &known.why, known.rule) == (held.are, &held.why, held.rule)
                && pools(&known.blame) == pools(&held.blame)
        };
        let told_apart = apart.entry(held.why.clone()).or_default();
        let known = causes
            .iter_mut()
            .find(|(known, at, _)| is_alike(known) && (*at == place || *told_apart >= APART));
        if let Some((known, _, all)) = known {
            known.count += held.count;
            all.push(own);
        } else {
            *told_apart += 1;
            causes.push((held, place, vec![own]));
        }
    }
    let found = causes.into_iter();
    found
        .map(|(held, _, own)| finding_of(run, held, &own))
        .collect()
}

/// The pools that would have to grow.
fn pools(blame: &Blame) -> &[String] {
    match blame {
        Blame::Maximum(pools) => pools,
        _ => &[],
    }
}

fn finding_of(run: &Run, held: Held, own: &[&WorkloadOutcome]) -> Finding {
    let lacking = own.iter().map(|own| lacking(run, own)).sum();
    let message = format!(
        "{} not ready, and nothing changes that: {} {}, {}",
        are(lacking),
        of_them(held.count, lacking),
        held.are,
        held.why
    );
    let mut found = finding(Class::Stall, message);
    found.rule = held.rule;
    found.blame = held.blame;
    found.events.extend(held.told);
    let names = own.iter();
    found.workloads = names
        .map(|own| format!("{}/{}", own.namespace, own.name))
        .collect();
    found
}

/// How many of a workload's pods are wanted and not ready, or wait for a node beyond that, as in a rollout. Jobs lack what
/// waits: the others end.
pub(super) fn lacking(run: &Run, own: &WorkloadOutcome) -> i64 {
    let world = &run.started.engine.world;
    if world.owners[own.owner.index()].kind == OwnerKind::Job {
        return own.pending;
    }
    let unready = own.replicas - world.tally(own.owner).serving;
    unready.max(own.pending)
}

fn held(run: &Run, own: &WorkloadOutcome) -> Held {
    let stopping = stopping_on_lost_machines(run, own.owner);
    if run.is_halted && own.pending > 0 {
        return Held {
            count: own.pending,
            are: "without a node",
            why: "and the autoscaler adds no nodes while so many are not ready".to_owned(),
            rule: Some("unready-nodes-halt-autoscaler"),
            blame: Blame::UnreadyLimits,
            told: None,
        };
    }
    if stopping > 0 {
        return Held {
            count: stopping,
            are: STOPPING,
            why: "and a StatefulSet makes no other before they are gone".to_owned(),
            rule: Some("deallocated-spot-nodes"),
            blame: Blame::Deallocation,
            told: None,
        };
    }
    if own.pending > 0 {
        return waits(run, own);
    }
    if own.dead > 0 {
        return Held {
            count: own.dead,
            are: "still called running on machines that do not run",
            why: "and nothing deletes them".to_owned(),
            rule: Some("deallocated-spot-nodes"),
            blame: Blame::Deallocation,
            told: None,
        };
    }
    let stopping = on_lost_machines(run, own.owner);
    if stopping > 0 {
        return Held {
            count: stopping,
            are: STOPPING,
            why: "and with the strategy Recreate no other is made before they are gone".to_owned(),
            rule: Some("deallocated-spot-nodes"),
            blame: Blame::Deallocation,
            told: None,
        };
    }
    Held {
        count: lacking(run, own),
        are: "not running yet",
        why: "and what would change that is not known".to_owned(),
        rule: Some(Class::Stall.rule()),
        blame: Blame::OfClass,
        told: None,
    }
}

fn stopping_on_lost_machines(run: &Run, owner: OwnerId) -> i64 {
    let world = &run.started.engine.world;
    let kind = world.owners[owner.index()].kind;
    match kind {
        OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet => on_lost_machines(run, owner),
        _ => 0,
    }
}

/// Its pods that were asked to stop on machines that do not run: nothing says that they have.
fn on_lost_machines(run: &Run, owner: OwnerId) -> i64 {
    let world = &run.started.engine.world;
    let stuck = world.pods_of(owner).iter().filter(|pod| {
        let pod = world.pod(**pod);
        pod.is_terminating() && pod.node.is_some_and(|node| !world.is_alive(node))
    });
    i64::try_from(stuck.count()).expect("fewer pods than that")
}

/// Why pods of a workload find no node for good: what holds for the first of them.
fn waits(run: &Run, own: &WorkloadOutcome) -> Held {
    let world = &run.started.engine.world;
    let mut pods = world.pods_of(own.owner).iter();
    let first = pods.find(|pod| world.is_active(**pod) && world.pod(**pod).node.is_none());
    let template = first.map_or(world.owners[own.owner.index()].template, |pod| {
        world.pod(*pod).template
    });
    let workload = hold::owner(world, &world.owners[own.owner.index()]);
    let diagnosis = hold::diagnosis(run, template, |node| world.is_alive(node));
    let (why, rule, blame) = why(run, template, &workload, &diagnosis);
    let told = format!("{workload} waits: {}", diagnosis.text(world));
    Held {
        count: own.pending,
        are: "without a node",
        why,
        rule,
        blame,
        told: Some(told),
    }
}

fn why(
    run: &Run,
    template: TemplateId,
    workload: &str,
    diagnosis: &Diagnosis,
) -> (String, Option<&'static str>, Blame) {
    let engine = &run.started.engine;
    let world = &engine.world;
    let all = || (0..world.groups.len()).map(GroupId::of);
    let group = |id: &GroupId| &world.groups[id.index()];
    let takes: Vec<GroupId> = all()
        .filter(|id| node_alone_fits(world, template, group(id)))
        .collect();
    let may_grow = |id: &GroupId| {
        let range = group(id).autoscaled;
        range.is_some_and(|range| engine.cloud.target(*id) < range.max)
    };
    let has_supply = |id: &GroupId| engine.cloud.capacity(*id) == Capacity::Plenty;
    let blamed = |hold: Hold, groups: Vec<GroupId>| {
        let mut pools: Vec<String> = groups.iter().map(|id| group(id).pool.clone()).collect();
        pools.dedup();
        Blame::Pods {
            workload: workload.to_owned(),
            hold,
            pools,
        }
    };
    let full = || {
        let full = takes.iter().filter(|id| !may_grow(id) && has_supply(id));
        let mut groups: Vec<_> = full.map(group).collect();
        groups.sort_by_key(|group| group.is_spot);
        let mut pools: Vec<String> = groups.iter().map(|group| group.pool.clone()).collect();
        pools.dedup();
        Blame::Maximum(pools)
    };
    if let Some(why) = no_machines(run, &takes) {
        return why;
    }
    let growing: Vec<&GroupId> = takes.iter().filter(|id| may_grow(id)).collect();
    if takes.is_empty() {
        let by_itself = hold::of_groups(world, template, world.groups.iter());
        let by_itself = by_itself.unwrap_or(Hold::Labels);
        let (why, rule) = hold_words::of_no_pool(&by_itself);
        return (why, Some(rule), blamed(by_itself, all().collect()));
    }
    // What other pods forbid, more nodes may not help against. A full node refuses pods for its room before it is asked
    // about others; and where a pool may grow, room is not what they lack.
    let priority = world.templates[template.index()].priority;
    let has_supplied = growing.iter().any(|id| has_supply(id));
    let beside = world.present_nodes().filter(|node| {
        let group = world.node(*node).group;
        world.is_alive(*node) && group.is_some_and(|own| takes.contains(&own))
    });
    let beside: Vec<NodeId> = beside.collect();
    let by_pods = hold::of_nodes(run, template, diagnosis)
        .or_else(|| hold::room_aside(run, template, &beside))
        .or_else(|| {
            let own = || hold::of_own_pods(&world.templates[template.index()]);
            has_supplied.then(own).flatten()
        });
    let by_number = full_by_number(run, &[template], beside.iter().copied());
    match by_pods {
        Some(own) if has_supplied || takes.iter().any(has_supply) => {
            let (why, rule) = hold_words::of_other_pods(&own);
            (why, rule, blamed(own, takes))
        }
        _ if !by_number.is_empty() && !has_supplied => {
            let why = format!(
                "and {} lets no more pods on the nodes that take them, and their pools have no more nodes",
                setting(&by_number)
            );
            (why, Some(Class::Stall.rule()), Blame::MaxPods(by_number))
        }
        _ if growing.is_empty() => (
            "and every pool that takes them is at its maximum".to_owned(),
            Some(Class::Stall.rule()),
            full(),
        ),
        _ if has_supplied && priority < run.cutoff => (
            hold_words::of_priority(priority, run.cutoff),
            Some("expendable-placeholder"),
            blamed(Hold::Priority, takes),
        ),
        _ if has_supplied => (
            "though pools that take them may grow: what keeps them off is not known".to_owned(),
            Some(Class::Stall.rule()),
            Blame::OfClass,
        ),
        _ if takes.iter().any(has_supply) => (
            "and every pool that takes them has no capacity or is at its maximum".to_owned(),
            Some(Class::Stall.rule()),
            full(),
        ),
        _ => {
            let off = all().filter(|id| !takes.contains(id) && !group(id).is_spot);
            let off: Vec<GroupId> = off.collect();
            let blame = match hold::of_groups(world, template, off.iter().map(group)) {
                Some(own) => blamed(own, off),
                // There is no pool on on-demand.
                None => Blame::OfClass,
            };
            (
                "and the pools that take them have no capacity".to_owned(),
                Some("spot-without-fallback"),
                blame,
            )
        }
    }
}

/// Why these groups get no machine though the cloud has some.
fn no_machines(run: &Run, takes: &[GroupId]) -> Option<(String, Option<&'static str>, Blame)> {
    let groups = &run.started.engine.world.groups;
    let takes = |pool: &String| takes.iter().any(|id| groups[id.index()].pool == *pool);
    if let Some(waiting) = waiting_at_minimum(run, takes) {
        // No rule is about it.
        return Some((waiting.words(), None, Blame::Minimum(waiting.pools)));
    }
    let mut late = given_up(run);
    late.retain(takes);
    // No rule is about it.
    let why = || {
        (
            format!("and {}", given_up::words(&late)),
            None,
            given_up::blame(),
        )
    };
    (!late.is_empty()).then(why)
}

/// So many of pods that were named before; all of them are not counted again.
fn of_them(count: i64, all: i64) -> String {
    match (count, all) {
        (1, 1) => "it is".to_owned(),
        (1, _) => "1 of them is".to_owned(),
        (count, all) if count < all => format!("{count} of them are"),
        _ => "they are".to_owned(),
    }
}

fn are(count: i64) -> String {
    if count == 1 {
        "1 pod is".to_owned()
    } else {
        format!("{count} pods are")
    }
}
