//! Where the pods are that this is about, and whether they could be where they should.

use crate::simulate::actors::scheduler::{Standstill, node_alone_fits};
use crate::simulate::cloud::Capacity;
use crate::simulate::start::{Party, Role, Started};
use crate::simulate::watch::is_spot;
use crate::simulate::world::{GroupId, OwnerKind, Phase, PodId, TemplateId, World};

/// Pods of workloads, counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Goal {
    /// Wanted, and not ready.
    pub unready: i64,
    /// Without a node: those of Jobs, and those that a rollout has more than are wanted, among them.
    pub pending: i64,
    /// They prefer Spot, and are not ready there.
    pub away: i64,
    /// Of these, those that fit on Spot: a node has room for them, or a pool can grow.
    pub away_and_fit: i64,
    /// Of these, those that run on another node.
    pub elsewhere: i64,
}

/// The workloads whose pods run for ever. A pod without an owner is one, and nothing makes it again.
pub(super) fn lasting(started: &Started) -> impl Iterator<Item = &Party> {
    let world = &started.engine.world;
    started.parties.iter().filter(|party| {
        let kind = world.owners[party.owner.index()].kind;
        party.role == Role::Workload && kind != OwnerKind::Job
    })
}

/// How far a cluster is from its goal now.
pub fn goal(started: &Started) -> Goal {
    let world = &started.engine.world;
    let mut goal = Goal::default();
    let standstill = Standstill::default();
    let mut known: Vec<(TemplateId, bool)> = Vec::new();
    for party in lasting(started) {
        let wanted = world.owners[party.owner.index()].replicas;
        let serving = world.tally(party.owner).serving;
        goal.unready += (wanted - serving).max(0);
        let pods = world.pods_of(party.owner).iter().copied();
        for pod in pods.filter(|pod| world.is_active(*pod)) {
            if !party.prefers_spot || is_home(world, pod) {
                continue;
            }
            goal.away += 1;
            let template = world.pod(pod).template;
            let found = known.iter().find(|(own, _)| *own == template);
            let fits = found.map_or_else(
                || fits_on_spot(started, &standstill, template),
                |(_, fits)| *fits,
            );
            if found.is_none() {
                known.push((template, fits));
            }
            goal.away_and_fit += i64::from(fits);
            let node = world.pod(pod).node;
            let runs = node.is_some_and(|node| world.is_alive(node) && !is_spot(world, node));
            goal.elsewhere += i64::from(fits && runs);
        }
    }
    goal.pending = pending(started);
    goal
}

fn pending(started: &Started) -> i64 {
    let world = &started.engine.world;
    let all = started.parties.iter();
    let workloads = all.filter(|party| party.role == Role::Workload);
    let pods = workloads.flat_map(|party| world.pods_of(party.owner));
    let waiting = pods.filter(|pod| world.is_active(**pod) && world.pod(**pod).node.is_none());
    i64::try_from(waiting.count()).expect("fewer pods than that")
}

/// Whether a pod is ready on a Spot node that runs.
pub(super) fn is_home(world: &World, pod: PodId) -> bool {
    let state = world.pod(pod);
    state.phase == Phase::Ready
        && state
            .node
            .is_some_and(|node| is_spot(world, node) && world.is_alive(node))
}

/// Whether Spot has or can have room for one more pod of a template.
pub fn fits_on_spot(started: &Started, standstill: &Standstill, template: TemplateId) -> bool {
    let engine = &started.engine;
    let world = &engine.world;
    let groups = (0..world.groups.len()).map(GroupId::of);
    let can_grow = { groups }.any(|group| {
        let own = &world.groups[group.index()];
        let (target, range) = (engine.cloud.target(group), own.autoscaled);
        let may_grow = range.is_some_and(|range| target < range.max);
        let has_more = match engine.cloud.capacity(group) {
            Capacity::Plenty => may_grow || engine.cloud.is_coming(group),
            Capacity::Only(most) => may_grow && target < most || engine.cloud.is_coming(group),
            Capacity::Refuses | Capacity::Hangs => false,
        };
        own.is_spot && has_more && node_alone_fits(world, template, own)
    });
    can_grow
        || world
            .present_nodes()
            .filter(|node| is_spot(world, *node) && world.is_alive(*node))
            .any(|node| standstill.fits(world, template, node).is_ok())
}
