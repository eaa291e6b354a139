//! Upgrades of nodes that give up: budgets let no pod go.

use super::budgets::{SEVERAL, budgets_over};
use crate::rehearse::class::{Blame, Class, Finding, finding};
use crate::simulate::run::Run;
use crate::simulate::world::Note;
use crate::values::span::span;

/// The pods that could not be evicted until the time of their node's drain was over.
pub(super) fn refused(run: &Run) -> Option<Finding> {
    let started = &run.started;
    let world = &started.engine.world;
    let mut events = Vec::new();
    let mut workloads = Vec::new();
    let mut nodes = Vec::new();
    let mut has_several = false;
    for (at, note) in world.journal() {
        let Note::UpgradeGaveUp(pod) = note else {
            continue;
        };
        let party = &started.parties[world.pod(*pod).owner.index()];
        let name = format!("{}/{}", party.namespace, party.name);
        if let Some(node) = world.pod(*pod).node.filter(|node| !nodes.contains(node)) {
            nodes.push(node);
        }
        let event = format!(
            "at {} {name}: its eviction was refused to the end of the drain",
            span((*at - started.zero) / 1000)
        );
        if events.last() != Some(&event) {
            events.push(event);
        }
        has_several |= budgets_over(run, world.pod(*pod).owner) > 1;
        if !workloads.contains(&name) {
            workloads.push(name);
        }
    }
    if workloads.is_empty() {
        return None;
    }
    let of = match nodes.len() {
        0 | 1 => "a node".to_owned(),
        count => format!("{count} nodes"),
    };
    let message = format!(
        "the upgrade gives up the drain of {of}: budgets refuse the eviction of {} until its time is over, and the pools that are left keep their old nodes",
        workloads.join(", ")
    );
    let mut own = finding(Class::Stall, message);
    own.rule = Some(if has_several {
        SEVERAL
    } else {
        "budget-allows-nothing"
    });
    own.blame = Blame::Budget(workloads[0].clone());
    own.events = events;
    own.workloads = workloads;
    Some(own)
}
