//! What a profile has worked out about the world, so far as it was asked.

use super::compiled::CompiledProfile;
use super::evictor::State;
use super::fit::Fitting;
use super::policy::Evictor;
use crate::simulate::world::{NodeId, TemplateId, World};

/// It holds for as long as nothing in the world changes.
pub(super) struct Sight<'p> {
    pub(super) evictor: State<'p>,
    /// By template: the best of the nodes, by the weights of its preferences.
    best: Vec<Option<i64>>,
    /// By template: where it fits.
    fitting: Vec<Option<Fitting>>,
}

impl<'p> Sight<'p> {
    pub(super) fn new(evictor: &'p Evictor, compiled: &'p CompiledProfile, world: &World) -> Self {
        Self {
            evictor: State::new(evictor, compiled, world),
            best: vec![None; world.templates.len()],
            fitting: vec![None; world.templates.len()],
        }
    }

    pub(super) fn best(&mut self, template: TemplateId, find: impl FnOnce() -> i64) -> i64 {
        *self.best[template.index()].get_or_insert_with(find)
    }

    pub(super) fn fitting(
        &mut self,
        template: TemplateId,
        nodes: &[NodeId],
        world: &World,
    ) -> Fitting {
        let known = &mut self.fitting[template.index()];
        *known.get_or_insert_with(|| Fitting::of(template, nodes, world))
    }
}
