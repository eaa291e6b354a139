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
        left: Vec<Leaving>,
        all: Vec<PodId>,
    },
    /// All were asked to stop: one after the other is looked up.
    Waiting {
        until: Millis,
        pods: Vec<PodId>,
        /// How many have been found to be gone.
        gone: usize,
        turn: Turn,
    },
    /// The machine has been given back.
    Done,
}

/// A pod that is to be evicted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaving {
    pub pod: PodId,
    /// Of a `DaemonSet`: the node goes even if it does not.
    pub is_best_effort: bool,
    pub turn: Turn,
}

/// A request on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is asked for then.
    Asks(Millis),
    /// The client lets it go then.
    Goes(Millis),
}

impl Turn {
    pub(super) fn when(self) -> Millis {
        match self {
            Self::Asks(when) | Self::Goes(when) => when,
        }
    }
}

impl Deletion {
    /// Whether the machine has not been given back yet.
    pub fn is_in_progress(&self) -> bool {
        !matches!(self.stage, Stage::Done)
    }
}
