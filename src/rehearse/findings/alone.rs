//! Pods without an owner that are gone: nothing makes them again.

use crate::rehearse::class::{Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::start::Role;
use crate::simulate::world::OwnerKind;

/// The rule about them.
pub(in crate::rehearse) const RULE: &str = "bare-pod-on-spot";

/// What is wrong with a run that is stuck: pods without an owner that are gone, and what holds up the others.
pub(in crate::rehearse) fn lost(run: &Run, others: impl FnOnce() -> Finding) -> Vec<Finding> {
    let world = &run.started.engine.world;
    let parties = run.started.parties.iter();
    let gone = parties.filter(|party| {
        let is_alone = world.owners[party.owner.index()].kind == OwnerKind::None;
        let mut pods = world.pods_of(party.owner).iter();
        party.role == Role::Workload && is_alone && !pods.any(|pod| world.is_active(*pod))
    });
    let names: Vec<String> = gone
        .map(|party| format!("{}/{}", party.namespace, party.name))
        .collect();
    let count = i64::try_from(names.len()).expect("fewer pods than that");
    let mut found = Vec::new();
    if count > 0 {
        let are = if count == 1 {
            "1 pod is".to_owned()
        } else {
            format!("{count} pods are")
        };
        let message = format!(
            "{are} gone for good: no Deployment or other controller makes a bare Pod again"
        );
        let mut own = finding(Class::Stall, message);
        own.rule = Some(RULE);
        own.workloads = names;
        found.push(own);
    }
    if run.ending.goal.unready > count {
        found.push(others());
    }
    found
}
