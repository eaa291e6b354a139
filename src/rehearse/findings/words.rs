//! What findings name, in words.

use crate::simulate::run::Run;
use crate::simulate::world::{Millis, OwnerId};
use crate::values::span::span;

/// Events that are shown.
pub(super) const SHOWN: usize = 6;

/// A workload by namespace and name.
pub(super) fn name(run: &Run, owner: OwnerId) -> String {
    let party = &run.started.parties[owner.index()];
    format!("{}/{}", party.namespace, party.name)
}

/// A moment of a run.
pub(in crate::rehearse) fn clock(millis: Millis) -> String {
    format!("at {}", span(millis / 1000))
}

pub(super) fn pods(count: usize) -> String {
    if count == 1 {
        "1 pod".to_owned()
    } else {
        format!("{count} pods")
    }
}

pub(super) fn rounds_of(count: usize) -> String {
    if count == 1 {
        "one round".to_owned()
    } else {
        format!("{count} rounds")
    }
}
