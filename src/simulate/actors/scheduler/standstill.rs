//! Which nodes take which pods, asked again and again while nothing moves.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::filters::{Attempt, Supposed};
use super::reason::Reason;
use super::snapshot::Snapshot;
use crate::simulate::world::{NodeId, PodId, TemplateId, World};

/// What is known of one world that does not change meanwhile: by all filters of the scheduler, nominated pods aside.
#[derive(Default)]
pub struct Standstill(RefCell<Known>);

#[derive(Default)]
struct Known {
    all: Option<Snapshot>,
    attempts: BTreeMap<TemplateId, Attempt>,
}

impl Standstill {
    /// Whether a node takes a pod of the template.
    ///
    /// # Errors
    /// Why not.
    pub fn fits(&self, world: &World, template: TemplateId, node: NodeId) -> Result<(), Reason> {
        self.ask(world, template, |all, attempt| {
            attempt.check(world, all, node, None)
        })
    }

    /// Why each of these nodes refuses a pod of the template even if it had room; only those that do.
    pub fn refusals_room_aside(
        &self,
        world: &World,
        template: TemplateId,
        nodes: impl Iterator<Item = NodeId>,
    ) -> Vec<Reason> {
        let roomy = Supposed::roomy();
        self.ask(world, template, |all, attempt| {
            let refused =
                nodes.filter_map(|node| attempt.check(world, all, node, Some(&roomy)).err());
            refused.collect()
        })
    }

    /// Whether one of these nodes would take a pod of the template if its placeholders of lower priority made way.
    pub fn fits_past_placeholders(
        &self,
        world: &World,
        template: TemplateId,
        mut nodes: impl Iterator<Item = NodeId>,
    ) -> bool {
        let own = &world.templates[template.index()];
        let makes_way = |pod: PodId| {
            let other = world.template_of(pod);
            other.is_placeholder && other.priority < own.priority && !own.never_preempts
        };
        self.ask(world, template, |all, attempt| {
            nodes.any(|node| {
                let Some(place) = all.place(node) else {
                    return false;
                };
                let mut without = Supposed::as_is(place);
                for pod in world.node(node).pods.iter().filter(|pod| makes_way(**pod)) {
                    let id = world.pod(*pod).template;
                    without.remove(id, &world.templates[id.index()]);
                }
                attempt.check(world, all, node, Some(&without)).is_ok()
            })
        })
    }

    fn ask<R>(
        &self,
        world: &World,
        template: TemplateId,
        ask: impl FnOnce(&Snapshot, &Attempt) -> R,
    ) -> R {
        let mut known = self.0.borrow_mut();
        let Known { all, attempts } = &mut *known;
        let all = all.get_or_insert_with(|| Snapshot::new(world));
        let attempt = attempts
            .entry(template)
            .or_insert_with(|| Attempt::new(all, world, template));
        ask(all, attempt)
    }
}
