//! Pods that waited long for machines that did not come.

use super::words::{clock, name};
use crate::rehearse::class::{Class, Finding, finding};
use crate::simulate::actors::scheduler::node_alone_fits;
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::world::{GroupId, Millis, OwnerId, PodId, minutes};
use crate::values::span::span;

/// How long is no longer tolerable, as in the rule `slow-failover`.
const LONG: Millis = minutes(10);

/// The pods that waited so long while the autoscaler waited for machines of one pool, and then found a node of another one. It is
/// no stall: in the end all is well.
pub(super) fn slow(run: &Run) -> Option<Finding> {
    let started = &run.started;
    let world = &started.engine.world;
    let watch = started.watch.borrow();
    let mut pools: Vec<String> = Vec::new();
    let mut owners: Vec<OwnerId> = Vec::new();
    let mut longest: Option<(Millis, PodId)> = None;
    let mut count = 0;
    for (at, pod) in world.pods.iter().enumerate() {
        let id = PodId::of(at);
        let from = pod.created.max(started.zero);
        let bound = watch.bound(id).zip(pod.node);
        let Some((until, node)) = bound.filter(|(until, _)| until - from >= LONG) else {
            continue;
        };
        if started.parties[pod.owner.index()].role != Role::Workload {
            continue;
        }
        let group = world.node(node).group;
        let missed = never_came(run, (from, until), |missed| {
            Some(missed) != group && node_alone_fits(world, pod.template, &world.groups[missed.index()])
        });
        if missed.is_empty() {
            continue;
        }
        pools.extend(missed.into_iter().map(|missed| world.groups[missed.index()].pool.clone()));
        owners.push(pod.owner);
        count += 1;
        if longest.is_none_or(|(known, _)| until - from > known) {
            longest = Some((until - from, id));
        }
    }
    let (took, pod) = longest?;
    pools.sort_unstable();
    pools.dedup();
    owners.sort_unstable();
    owners.dedup();
    let were = match count {
        1 => "1 pod was".to_owned(),
        count => format!("{count} pods were"),
    };
    let message = format!(
        "{were} without a node for up to {}, while the autoscaler waited for machines of pool {} that did not come",
        span(took / 1000),
        pools.join(", ")
    );
    let mut own = finding(Class::Slow, message);
    own.workloads = owners.iter().map(|owner| name(run, *owner)).collect();
    let state = world.pod(pod);
    let until = state.created.max(started.zero) + took;
    let node = state.node.map(|node| world.symbols.text(world.node(node).name));
    own.events = vec![format!(
        "{} {}: bound to {} after {}",
        clock(until - started.zero),
        name(run, state.owner),
        node.unwrap_or_default(),
        span(took / 1000)
    )];
    Some(own)
}

/// The groups among these that were asked for machines in this time, of which none became a node in it.
fn never_came(
    run: &Run,
    (from, until): (Millis, Millis),
    is_meant: impl Fn(GroupId) -> bool,
) -> Vec<GroupId> {
    let engine = &run.started.engine;
    let watch = run.started.watch.borrow();
    let mut found: Vec<GroupId> = Vec::new();
    let mut came: Vec<GroupId> = Vec::new();
    for one in &engine.cloud.instances {
        if one.asked > until || !is_meant(one.group) {
            continue;
        }
        let ready = one.node.map(|node| watch.nodes[node.index()].ready);
        if ready.is_some_and(|ready| ready >= from && ready <= until) {
            came.push(one.group);
        } else if one.asked >= from && ready.is_none_or(|ready| ready > until) {
            found.push(one.group);
        }
    }
    found.retain(|group| !came.contains(group));
    found.sort_unstable();
    found.dedup();
    found
}
