//! Whether a node takes a pod, asked without a scheduler.

use super::filters::Attempt;
use super::reason::Reason;
use super::snapshot::Snapshot;
use crate::simulate::world::{NodeId, TemplateId, World};

/// Whether a node of the world takes a pod of the template by all filters, nominated pods aside.
///
/// Where many are asked, keep a [`Snapshot`] and an [`Attempt`] instead: this takes all of the world in anew if the
/// template, or any pod's anti-affinity, looks at other pods.
///
/// # Errors
/// Why not.
pub fn fits(world: &World, template: TemplateId, node: NodeId) -> Result<(), Reason> {
    let mut alone = Snapshot::default();
    alone.see_node(world, node);
    for pod in &world.node(node).pods {
        alone.see_pod(world, *pod);
    }
    let attempt = Attempt::new(&mut alone, world, template);
    if !attempt.questions.look_at_pods() {
        return attempt.check(world, &alone, node, None);
    }
    let mut all = Snapshot::new(world);
    let attempt = Attempt::new(&mut all, world, template);
    attempt.check(world, &all, node, None)
}
