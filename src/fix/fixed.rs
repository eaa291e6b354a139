//! What came of fixing.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostic;
use crate::load::Inputs;
use crate::source::SourceId;

/// The texts with all fixes in them that could be applied.
#[derive(Debug)]
pub struct Fixed {
    /// The same inputs, with the new texts.
    pub inputs: Inputs,
    /// The findings that were fixed, each with the texts that were changed for it.
    pub fixed: Vec<(Diagnostic, BTreeSet<SourceId>)>,
    pub unfixed: Vec<Unfixed>,
}

/// A finding that was not fixed.
#[derive(Debug)]
pub struct Unfixed {
    pub finding: Diagnostic,
    pub reason: String,
}

impl Fixed {
    /// The texts that are not as they were.
    pub fn changed(&self) -> BTreeSet<SourceId> {
        let changed = self.fixed.iter().flat_map(|(_, changed)| changed);
        changed.copied().collect()
    }
}
