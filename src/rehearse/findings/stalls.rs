//! Pods that are not ready, and why nothing changes that.

use super::hold_words;
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::rehearse::hold::{self, Hold};
use crate::simulate::actors::scheduler::{Diagnosis, node_alone_fits};
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::verdict::Outcome;
use crate::simulate::world::{GroupId, OwnerKind, TemplateId};

/// What holds them up.
pub(super) fn stall(run: &Run, outcome: &Outcome) -> Finding {
    let goal = run.ending.goal;
    let dead: i64 = outcome.workloads.iter().map(|own| own.dead).sum();
    let stopping = stopping_on_lost_machines(run);
    let mut told = None;
    let (why, rule, blame) = if run.is_halted && goal.pending > 0 {
        let why = "the autoscaler adds no nodes while so many are not ready";
        (
            format!("{} without a node, and {why}", are(goal.pending)),
            Some("unready-nodes-halt-autoscaler"),
            Blame::UnreadyLimits,
        )
    } else if stopping > 0 {
        let why = format!(
            "{} stopping on machines that do not run, and a StatefulSet makes no other before they are gone",
            are(stopping)
        );
        (why, Some("deallocated-spot-nodes"), Blame::Deallocation)
    } else if goal.pending > 0 {
        let waits = waits(run);
        told = waits.told;
        let why = format!("{} without a node, {}", are(goal.pending), waits.why);
        (why, waits.rule, waits.blame)
    } else if dead > 0 {
        let why = format!(
            "{} still called running on machines that do not run",
            are(dead)
        );
        (why, Some("deallocated-spot-nodes"), Blame::Deallocation)
    } else {
        (
            "what would make them ready is not known".to_owned(),
            Some(Class::Stall.rule()),
            Blame::OfClass,
        )
    };
    let message = format!(
        "{} not ready, and nothing changes that: {why}",
        are(goal.unready)
    );
    let mut own = finding(Class::Stall, message);
    own.rule = rule;
    own.blame = blame;
    own.events.extend(told);
    let missing = outcome.workloads.iter().filter(|own| {
        own.pending > 0 || own.dead > 0 || own.on_spot + own.on_on_demand < own.replicas
    });
    own.workloads = missing
        .map(|own| format!("{}/{}", own.namespace, own.name))
        .collect();
    own
}

fn stopping_on_lost_machines(run: &Run) -> i64 {
    let world = &run.started.engine.world;
    let parties = run.started.parties.iter();
    let own = parties.filter(|party| {
        let kind = world.owners[party.owner.index()].kind;
        let is_ordered = matches!(
            kind,
            OwnerKind::StatefulSet | OwnerKind::ParallelStatefulSet
        );
        party.role == Role::Workload && is_ordered
    });
    let pods = own.flat_map(|party| world.pods_of(party.owner));
    let stuck = pods.filter(|pod| {
        let pod = world.pod(**pod);
        pod.is_terminating() && pod.node.is_some_and(|node| !world.is_alive(node))
    });
    i64::try_from(stuck.count()).expect("fewer pods than that")
}

/// Why pods find no node for good.
struct Waits {
    why: String,
    rule: Option<&'static str>,
    blame: Blame,
    /// What the scheduler says of the first of them.
    told: Option<String>,
}

/// What holds for the first pod that has no node.
fn waits(run: &Run) -> Waits {
    let engine = &run.started.engine;
    let world = &engine.world;
    let parties = run.started.parties.iter();
    let first = parties
        .filter(|party| party.role == Role::Workload)
        .flat_map(|party| world.pods_of(party.owner))
        .find(|pod| world.pod(**pod).node.is_none());
    let Some(first) = first else {
        return Waits {
            why: "and no pool may grow for them".to_owned(),
            rule: Some(Class::Stall.rule()),
            blame: Blame::OfClass,
            told: None,
        };
    };
    let template = world.pod(*first).template;
    let workload = hold::owner(world, world.owner_of(*first));
    let diagnosis = hold::diagnosis(world, template, |node| world.is_alive(node));
    let (why, rule, blame) = why(run, template, &workload, &diagnosis);
    let told = format!("{workload} waits: {}", diagnosis.text(world));
    Waits {
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
    let growing: Vec<&GroupId> = takes.iter().filter(|id| may_grow(id)).collect();
    if takes.is_empty() {
        let by_itself = hold::of_groups(world, template, world.groups.iter());
        let by_itself = by_itself.unwrap_or(Hold::Labels);
        let (why, rule) = hold_words::of_no_pool(&by_itself);
        return (
            why.to_owned(),
            Some(rule),
            blamed(by_itself, all().collect()),
        );
    }
    // What other pods forbid, more nodes may not help against.
    let by_pods = hold::of_nodes(run, template, diagnosis);
    let has_supplied = growing.iter().any(|id| has_supply(id));
    match by_pods {
        Some(own) if has_supplied || takes.iter().any(has_supply) => {
            let (why, rule) = hold_words::of_other_pods(&own);
            (why, rule, blamed(own, takes))
        }
        _ if growing.is_empty() => (
            "and every pool that takes them is at its maximum".to_owned(),
            Some(Class::Stall.rule()),
            full(),
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

fn are(count: i64) -> String {
    if count == 1 {
        "1 pod is".to_owned()
    } else {
        format!("{count} pods are")
    }
}
