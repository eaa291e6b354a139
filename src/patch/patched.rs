//! What came of a stream.

use crate::diagnostic::Report;
use crate::source::Source;

#[derive(Debug, Default)]
pub struct Patched {
    /// The workloads that were chosen, in the order of the stream, if they were asked for.
    pub workloads: Vec<Placed>,
    /// What was found. With an error in it nothing is to be written.
    pub report: Report,
    /// The documents that the findings are about; they come behind the sources that were there.
    pub texts: Vec<Source>,
}

/// A workload that was chosen.
#[derive(Clone, Debug)]
pub struct Placed {
    pub kind: String,
    pub name: String,
    pub namespace: Option<String>,
    pub class: String,
    /// Of its name, in the stream.
    pub line: usize,
    /// What was put in, in a few words each; empty when it had everything.
    pub changes: Vec<String>,
}

impl From<Report> for Patched {
    /// Nothing but findings.
    fn from(report: Report) -> Self {
        Self {
            report,
            ..Self::default()
        }
    }
}
