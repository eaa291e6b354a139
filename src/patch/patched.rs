//! The result for a stream.

use crate::diagnostic::Report;
use crate::source::Source;
use crate::workloads::Unreached;

#[derive(Debug, Default)]
pub struct Patched {
    /// The selected workloads in the order of the stream, if a report was requested.
    pub workloads: Vec<Placed>,
    /// The number of selected workloads.
    pub chosen: usize,
    /// The findings. If there is an error, nothing may be written.
    pub report: Report,
    /// The documents that the findings refer to, numbered after the existing sources.
    pub texts: Vec<Source>,
    /// What the declared paths to pod specs lead to in the selected objects.
    pub unreached: Unreached,
}

/// A selected workload.
#[derive(Clone, Debug)]
pub struct Placed {
    pub kind: String,
    pub name: String,
    pub namespace: Option<String>,
    pub class: String,
    /// The line of its name in the stream.
    pub line: usize,
    /// Short descriptions of the additions; empty if it was already up to date.
    pub changes: Vec<String>,
    /// Whether it has no pods that a placement could be added to: then nothing is up to date either.
    pub is_without_pods: bool,
}

impl From<Report> for Patched {
    /// A result with nothing but findings.
    fn from(report: Report) -> Self {
        Self {
            report,
            ..Self::default()
        }
    }
}
