//! How far the deletion of a node has come.

use crate::simulate::world::{Millis, PodId};

/// One node on its way.
#[derive(Clone, Debug)]
pub struct Deletion {
    pub drains: bool,
    pub(super) stage: Stage,
    /// When something is due; an event at another time is an old one.
    pub(super) due: Option<Millis>,
}

#[derive(Clone, Debug)]
pub(super) enum Stage {
    /// Nothing new is bound to it.
    Tainted,
    /// Evictions are tried.
    Evicting {
        until: Millis,
        left: Vec<PodId>,
        all: Vec<PodId>,
    },
    /// All were asked to stop.
    Waiting { until: Millis, pods: Vec<PodId> },
    /// The machine has been given back.
    Done,
}

impl Deletion {
    /// Whether the machine has not been given back yet.
    pub fn is_in_progress(&self) -> bool {
        !matches!(self.stage, Stage::Done)
    }
}
