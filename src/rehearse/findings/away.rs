//! Pods that prefer Spot and run elsewhere.

use std::collections::BTreeMap;

use crate::simulate::run::Run;
use crate::simulate::start::{Role, Started};
use crate::simulate::verdict::{Outcome, WorkloadOutcome};
use crate::simulate::watch::is_spot;
use crate::simulate::world::{Evictor, NodeId, OwnerId, OwnerKind, PodId, TemplateId, World};

/// Those of one workload.
pub(super) struct Away<'o> {
    pub(super) own: &'o WorkloadOutcome,
    pub(super) pods: Vec<PodId>,
    /// Their kinds.
    pub(super) templates: Vec<TemplateId>,
}

impl Away<'_> {
    pub(super) fn count(&self) -> i64 {
        i64::try_from(self.pods.len()).expect("fewer pods than that")
    }
}

/// Those of certain kinds, by workload. Pods of Jobs end, so that none is moved.
pub(super) fn away<'o>(
    run: &Run,
    outcome: &'o Outcome,
    is_meant: impl Fn(TemplateId) -> bool,
) -> Vec<Away<'o>> {
    let world = &run.started.engine.world;
    let mut known: BTreeMap<TemplateId, bool> = BTreeMap::new();
    let mut found = Vec::new();
    for own in &outcome.workloads {
        if !own.prefers_spot || world.owners[own.owner.index()].kind == OwnerKind::Job {
            continue;
        }
        let mut pods = world.pods_of(own.owner).to_vec();
        pods.retain(|pod| runs_elsewhere(world, *pod));
        pods.retain(|pod| {
            let template = world.pod(*pod).template;
            *known.entry(template).or_insert_with(|| is_meant(template))
        });
        let mut templates: Vec<TemplateId> =
            pods.iter().map(|pod| world.pod(*pod).template).collect();
        templates.sort_unstable();
        templates.dedup();
        if !pods.is_empty() {
            found.push(Away {
                own,
                pods,
                templates,
            });
        }
    }
    found
}

fn runs_elsewhere(world: &World, pod: PodId) -> bool {
    let node = world.pod(pod).node;
    let runs = node.is_some_and(|node| world.is_alive(node) && !is_spot(world, node));
    world.is_active(pod) && runs
}

/// Workloads of which the descheduler has evicted pods since the last step: these do not stay where they are.
pub(super) fn moved(run: &Run) -> Vec<OwnerId> {
    let started = &run.started;
    let from = run.happened.last().map_or(started.zero, |own| own.at);
    let is_app = |owner: OwnerId| started.parties[owner.index()].role == Role::Workload;
    let watch = started.watch.borrow();
    let own = watch
        .evictions
        .iter()
        .filter(|own| own.by == Evictor::Descheduler && own.at >= from && is_app(own.owner));
    own.map(|own| own.owner).collect()
}

/// The Spot nodes that run.
pub(super) fn spot_nodes(started: &Started) -> impl Iterator<Item = NodeId> + Clone {
    let world = &started.engine.world;
    let nodes: Vec<NodeId> = world
        .present_nodes()
        .filter(|node| is_spot(world, *node) && world.is_alive(*node))
        .collect();
    nodes.into_iter()
}
