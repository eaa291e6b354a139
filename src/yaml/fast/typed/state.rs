//! What is known while a text is read into a type, and a place in it.

use super::super::reader::Reader;
use super::opened::{Feeder, Place};
use super::outline::Outline;
use super::split::Known;

/// The state of reading into a type.
pub(super) struct State<'s> {
    pub(super) feeder: Feeder<'s>,
    /// The keys of the mappings that are open, of those whose types take keys that are written twice.
    pub(super) keys: Vec<&'s str>,
    pub(super) outline: Outline<'s>,
    /// What items of lists have in common.
    pub(super) known: Known<'s>,
}

impl<'s> State<'s> {
    pub(super) fn new(reader: Reader<'s>, outline: Outline<'s>) -> Self {
        Self {
            feeder: Feeder::new(reader),
            keys: Vec::new(),
            outline,
            known: Known::default(),
        }
    }
}

/// The value at a place.
pub(super) struct At<'r, 's> {
    pub(super) state: &'r mut State<'s>,
    pub(super) place: Place,
}
