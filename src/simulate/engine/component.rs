//! What a component of a cluster is to the loop.

use crate::simulate::agenda::{Agenda, Event};
use crate::simulate::cloud::Cloud;
use crate::simulate::timings::Timings;
use crate::simulate::world::{Change, World};

/// What a component acts on.
pub struct Site<'a> {
    pub world: &'a mut World,
    pub agenda: &'a mut Agenda,
    pub cloud: &'a mut Cloud,
    pub timings: &'a Timings,
}

/// A component that a cluster may have or lack. The scheduler, for example, observes in `observe`, and runs both in
/// `settle` and in `wake`.
pub trait Component {
    /// Hears of one change, after it was made. It must not act yet.
    fn observe(&mut self, _: &World, _: Change) {}

    /// Acts on what it has heard, at once.
    fn settle(&mut self, _: &mut Site<'_>) {}

    /// Acts because its time has come.
    fn wake(&mut self, _: &mut Site<'_>, _: Event) {}

    /// Puts its first event on the agenda.
    fn start(&mut self, _: &mut Site<'_>) {}
}

/// A component in its place, or none.
pub type Slot = Option<Box<dyn Component>>;
