//! What plugins give points to, and where they write them.

use crate::simulate::actors::scheduler::filters::Attempt;
use crate::simulate::actors::scheduler::snapshot::Snapshot;
use crate::simulate::world::{NodeId, Template, World};
use crate::values::Version;

/// What one plugin needs to give points.
pub(in crate::simulate::actors::scheduler) struct Scoring<'a> {
    pub world: &'a World,
    pub snapshot: &'a Snapshot,
    pub attempt: &'a Attempt,
    /// Those that passed the filters, in the order in which they were found.
    pub nodes: &'a [NodeId],
    pub version: Version,
}

impl Scoring<'_> {
    pub(super) fn template(&self) -> &Template {
        &self.world.templates[self.attempt.template.index()]
    }
}

/// Lists that are used again, so that none is made for each pod.
#[derive(Clone, Debug, Default)]
pub(in crate::simulate::actors::scheduler) struct Scratch {
    pub totals: Vec<i64>,
    pub(super) raw: Vec<i64>,
    pub(super) domains: Vec<bool>,
}
