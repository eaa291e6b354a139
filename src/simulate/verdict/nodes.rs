//! How long machines ran.

use crate::simulate::start::Started;
use crate::simulate::world::{GroupId, Millis};

/// Machines of one group, from the scenario's beginning to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeHours {
    pub group: GroupId,
    pub is_spot: bool,
    /// Of all machines together.
    pub ran: Millis,
}

/// All groups.
pub fn node_hours(started: &Started) -> Vec<NodeHours> {
    let world = &started.engine.world;
    let watch = started.watch.borrow();
    let mut ran = vec![0; world.groups.len()];
    for span in &watch.nodes {
        let Some(group) = span.group else {
            continue;
        };
        let ends = [span.lost, span.gone].into_iter().flatten().min();
        let end = ends.unwrap_or(world.now).min(world.now);
        ran[group.index()] += (end - span.ready.max(started.zero)).max(0);
    }
    let groups = world.groups.iter().zip(ran).enumerate();
    groups
        .map(|(at, (group, ran))| NodeHours {
            group: GroupId::of(at),
            is_spot: group.is_spot,
            ran,
        })
        .collect()
}
