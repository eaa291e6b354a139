//! What is written in one place is reported once, for however many workloads.

use std::collections::HashSet;

use crate::diagnostic::Pointer;

/// What was said already: what is written in one place is said once, for however many workloads.
#[derive(Debug, Default)]
pub(crate) struct Reported(HashSet<Pointer>);

impl Reported {
    /// Whether nothing was said yet of what is written here.
    pub(crate) fn is_first(&mut self, pointer: &Pointer) -> bool {
        self.0.insert(pointer.clone())
    }
}
