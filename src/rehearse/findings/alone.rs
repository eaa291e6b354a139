//! Pods without an owner that are gone: nothing makes them again.

use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::world::{OwnerId, OwnerKind, World};

/// The pods without an owner that are gone.
pub(super) fn lost(run: &Run) -> Option<Finding> {
    let world = &run.started.engine.world;
    let parties = run.started.parties.iter();
    let gone = parties.filter(|party| party.role == Role::Workload && is_lost(world, party.owner));
    let names: Vec<String> = gone
        .map(|party| format!("{}/{}", party.namespace, party.name))
        .collect();
    let first = names.first()?;
    let are = match names.len() {
        1 => "1 pod is".to_owned(),
        count => format!("{count} pods are"),
    };
    let message =
        format!("{are} gone for good: no Deployment or other controller makes a bare Pod again");
    let mut own = finding(Class::Stall, message);
    own.rule = Some("bare-pod-on-spot");
    own.blame = Blame::Workload(first.clone());
    own.workloads = names;
    Some(own)
}

/// Whether this is a pod without an owner that is gone.
pub(super) fn is_lost(world: &World, owner: OwnerId) -> bool {
    let is_alone = world.owners[owner.index()].kind == OwnerKind::None;
    let mut pods = world.pods_of(owner).iter();
    is_alone && !pods.any(|pod| world.is_active(*pod))
}
