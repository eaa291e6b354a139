//! Pods that are not ready, and why nothing changes that.

use super::class::{Blame, Class, Finding, finding};
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::cloud::Capacity;
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::verdict::Outcome;
use crate::simulate::world::{GroupId, OwnerKind};

/// What holds them up.
pub(super) fn stall(run: &Run, outcome: &Outcome) -> Finding {
    let goal = run.ending.goal;
    let dead: i64 = outcome.workloads.iter().map(|own| own.dead).sum();
    let stopping = stopping_on_lost_machines(run);
    let (why, rule, blame) = if run.is_halted && goal.pending > 0 {
        let why = "the autoscaler adds no nodes while so many are not ready";
        (
            format!("{} without a node, and {why}", are(goal.pending)),
            "unready-nodes-halt-autoscaler",
            Blame::UnreadyLimits,
        )
    } else if stopping > 0 {
        let why = format!(
            "{} stopping on machines that do not run, and a StatefulSet makes no other before they are gone",
            are(stopping)
        );
        (why, "deallocated-spot-nodes", Blame::Deallocation)
    } else if goal.pending > 0 {
        let (why, rule, blame) = waits(run);
        let why = format!("{} without a node, {why}", are(goal.pending));
        (why, rule, blame)
    } else if dead > 0 {
        let why = format!(
            "{} still called running on machines that do not run",
            are(dead)
        );
        (why, "deallocated-spot-nodes", Blame::Deallocation)
    } else {
        (
            "what would make them ready is not known".to_owned(),
            Class::Stall.rule(),
            Blame::OfClass,
        )
    };
    let message = format!(
        "{} not ready, and nothing changes that: {why}",
        are(goal.unready)
    );
    let mut own = finding(Class::Stall, message);
    own.rule = Some(rule);
    own.blame = blame;
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

/// Why pods find no node for good: what holds for the first of them.
fn waits(run: &Run) -> (&'static str, &'static str, Blame) {
    let engine = &run.started.engine;
    let world = &engine.world;
    let parties = run.started.parties.iter();
    let first = parties
        .filter(|party| party.role == Role::Workload)
        .flat_map(|party| world.pods_of(party.owner))
        .find(|pod| world.pod(**pod).node.is_none());
    let Some(first) = first else {
        return (
            "and no pool may grow for them",
            Class::Stall.rule(),
            Blame::OfClass,
        );
    };
    let template = world.pod(*first).template;
    let groups = (0..world.groups.len()).map(GroupId::of);
    let takes: Vec<GroupId> = groups
        .filter(|group| node_alone_fits(world, template, &world.groups[group.index()]))
        .collect();
    let may_grow = |group: &GroupId| {
        let range = world.groups[group.index()].autoscaled;
        range.is_some_and(|range| engine.cloud.target(*group) < range.max)
    };
    let has_supply = |group: &GroupId| engine.cloud.capacity(*group) == Capacity::Plenty;
    let full = || {
        let full = takes
            .iter()
            .filter(|group| !may_grow(group) && has_supply(group));
        let mut groups: Vec<_> = full.map(|group| &world.groups[group.index()]).collect();
        groups.sort_by_key(|group| group.is_spot);
        let mut pools: Vec<String> = groups.iter().map(|group| group.pool.clone()).collect();
        pools.dedup();
        Blame::Maximum(pools)
    };
    let growing: Vec<&GroupId> = takes.iter().filter(|group| may_grow(group)).collect();
    if takes.is_empty() {
        (
            "and no pool has nodes that take them",
            "pod-fits-no-node",
            Blame::Workload,
        )
    } else if growing.is_empty() {
        (
            "and every pool that takes them is at its maximum",
            Class::Stall.rule(),
            full(),
        )
    } else if !growing.iter().any(|group| has_supply(group)) && takes.iter().any(has_supply) {
        (
            "and every pool that takes them has no capacity or is at its maximum",
            Class::Stall.rule(),
            full(),
        )
    } else if !growing.iter().any(|group| has_supply(group)) {
        (
            "and the pools that take them have no capacity",
            "spot-without-fallback",
            Blame::Workload,
        )
    } else {
        (
            "and their rules about other pods or zones keep them off every node",
            "anti-affinity-without-room",
            Blame::Workload,
        )
    }
}

fn are(count: i64) -> String {
    if count == 1 {
        "1 pod is".to_owned()
    } else {
        format!("{count} pods are")
    }
}
