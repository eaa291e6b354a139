//! What comes of one part of the stream.

use super::change_tree::Change;
use super::edits::Edit;
use super::patched::Placed;
use crate::diagnostic::{Diagnostic, Pointer};
use crate::kubernetes;

#[derive(Default)]
pub(super) struct Edited {
    pub(super) edits: Vec<Edit>,
    /// What the edits are to come to, if that is to be verified.
    pub(super) applied: Vec<Applied>,
    /// Objects to put behind the part, each a document of its own.
    pub(super) behind: Vec<kubernetes::Object>,
    pub(super) findings: Vec<Diagnostic>,
    /// How many workloads were chosen.
    pub(super) chosen: usize,
    /// Those of them that are to be reported.
    pub(super) workloads: Vec<Placed>,
}

impl Edited {
    /// Nothing, for what was found.
    pub(super) fn untouched(findings: Vec<Diagnostic>) -> Self {
        Self {
            findings,
            ..Self::default()
        }
    }
}

/// A change within a document.
pub(super) struct Applied {
    /// The number of the document in its part.
    pub(super) document: usize,
    /// Where in it.
    pub(super) pointer: Pointer,
    pub(super) change: Change,
}
