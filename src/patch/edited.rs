//! The result for one part of the stream.

use super::change_tree::Change;
use super::edits::Edit;
use super::patched::Placed;
use crate::diagnostic::{Diagnostic, Pointer};
use crate::kubernetes;

#[derive(Default)]
pub(super) struct Edited {
    pub(super) edits: Vec<Edit>,
    /// The expected effect of the edits, if it is to be verified.
    pub(super) applied: Vec<Applied>,
    /// Objects to append after the part, each as a separate document.
    pub(super) behind: Vec<kubernetes::Object>,
    pub(super) findings: Vec<Diagnostic>,
    /// Whether there are workloads in it, selected or not.
    pub(super) has_workloads: bool,
    /// The number of selected workloads.
    pub(super) chosen: usize,
    /// The workloads to report.
    pub(super) workloads: Vec<Placed>,
}

impl Edited {
    /// No edits, because of the given findings.
    pub(super) fn untouched(findings: Vec<Diagnostic>) -> Self {
        Self {
            findings,
            ..Self::default()
        }
    }
}

/// A change within a document.
pub(super) struct Applied {
    /// The index of the document in its part.
    pub(super) document: usize,
    /// The location in the document.
    pub(super) pointer: Pointer,
    pub(super) change: Change,
}
