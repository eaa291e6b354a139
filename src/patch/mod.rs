//! Placement for other people's manifests: what was asked is put in, and every other byte stays as it was.
//!
//! A stream comes in as [`documents`]; those that hold [`objects`] with pods are chosen from as the configuration says;
//! the [`change`] of each is data, and the [`edit`] brings it into the [`text`].

mod budgets;
mod change;
mod chooser;
mod documents;
mod doubts;
mod edit;
mod edited;
mod flow;
mod objects;
mod patcher;
mod place;
mod pod_index;
mod resource_list;
mod text;
mod uneditable;
mod verify;

use std::io;

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::source::Source;

pub use budgets::Budgets;
pub use documents::{Documents, MAX_DOCUMENT, Part};
pub use patcher::Patcher;
pub use resource_list::{FunctionConfig, function_config};

/// The rule of findings that are about the stream.
const RULE: &str = "manifest";

/// What messages call the stream.
pub const STREAM: &str = "<stdin>";

/// What a run is asked to do beside the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The namespace of documents that name none.
    pub namespace: Option<&'a str>,
    /// Leaves a workload alone that cannot be edited with certainty, and warns, instead of refusing it.
    pub skip_uneditable: bool,
    /// Reads the result again and compares it with the change made on plain data.
    pub verify: bool,
    /// Keeps what was done to each workload.
    pub report: bool,
}

/// What came of a stream.
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

/// Places the workloads of a stream and writes it to `out`, as long as nothing is wrong with it.
///
/// # Errors
/// When the stream cannot be read, or `out` not be written.
pub fn patch<R: io::Read>(
    mut patcher: Patcher<'_>,
    documents: &mut Documents<R>,
    out: &mut impl io::Write,
) -> io::Result<Patched> {
    while documents.advance()? {
        patcher.part(documents.current(), out)?;
    }
    Ok(patcher.finish())
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

fn nothing_there() -> Diagnostic {
    Diagnostic::error(RULE, "the stream is empty")
        .help("what comes before in the pipe may have failed")
}

fn nothing_chosen() -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, "no workload of the stream is chosen: it passes as it is")
    }
    .help(
        "list workloads under `spec.workloads`, match them by `spec.classRules`, or annotate them with `spotgen.dev/class`",
    )
}
