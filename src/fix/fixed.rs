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
    pub fixed: Vec<Done>,
    pub unfixed: Vec<Unfixed>,
}

/// A finding that was fixed.
#[derive(Debug)]
pub struct Done {
    pub finding: Diagnostic,
    /// The texts that were changed for it.
    pub changed: BTreeSet<SourceId>,
    /// Where it is in the texts as they were, or else the file that was changed.
    pub place: Option<String>,
}

/// A finding that was not fixed.
#[derive(Debug)]
pub struct Unfixed {
    pub finding: Diagnostic,
    pub reason: String,
    /// Where it is in the texts with the fixes.
    pub place: Option<String>,
    /// Where that is in the texts as they were.
    pub place_before: Option<String>,
}

impl Fixed {
    /// The texts that are not as they were.
    pub fn changed(&self) -> BTreeSet<SourceId> {
        let changed = self.fixed.iter().flat_map(|done| &done.changed);
        changed.copied().collect()
    }
}
