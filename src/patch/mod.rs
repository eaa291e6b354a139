//! Placement for other people's manifests: what was asked is put in, and every other byte stays as it was.
//!
//! A stream is [`split`] into documents; those that hold [`objects`] with pods are chosen from as the configuration
//! says; the [`change`] of each is data, and the [`edit`] brings it into the [`text`].

mod budgets;
mod change;
mod edit;
mod flow;
mod objects;
mod patcher;
mod resource_list;
mod split;
#[cfg(test)]
mod tests;
mod text;
mod verify;

use std::io::{self, Write};

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::plan::Plan;
use crate::resolve::Stream;
use crate::source::{SourceId, Sources, Span};

pub use budgets::Budgets;
pub use resource_list::{FunctionConfig, function_config};

use edit::Edit;
use patcher::Patcher;

/// The rule of findings that are about the stream.
const RULE: &str = "manifest";

/// What a run is asked to do beside the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The namespace of documents that name none.
    pub namespace: Option<&'a str>,
    /// Puts a budget behind each chosen workload that the configuration does not list and no budget covers.
    pub add_budgets: bool,
    /// Leaves a workload alone that cannot be edited with certainty, and warns, instead of refusing it.
    pub skip_uneditable: bool,
    /// Reads the result again and compares it with the change made on plain data.
    pub verify: bool,
}

/// What came of a stream.
#[derive(Debug, Default)]
pub struct Patched {
    edits: Vec<Edit>,
    /// The workloads that were chosen, in the order of the stream.
    pub workloads: Vec<Placed>,
    /// What is worth knowing though it is no error.
    pub report: Report,
}

/// A workload that was chosen.
#[derive(Clone, Debug)]
pub struct Placed {
    pub kind: String,
    pub name: String,
    pub namespace: Option<String>,
    pub class: String,
    pub place: Span,
    /// What was put in, in a few words each; empty when it had everything.
    pub changes: Vec<String>,
}

impl Patched {
    /// Writes the stream with the changes in it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, stream: &str, out: &mut impl Write) -> io::Result<()> {
        let mut written = 0;
        for edit in &self.edits {
            out.write_all(&stream.as_bytes()[written..edit.at])?;
            out.write_all(edit.insert.as_bytes())?;
            written = edit.at + edit.delete;
        }
        out.write_all(&stream.as_bytes()[written..])
    }
}

/// Places the workloads of a stream. `budgets` are those that may be put behind them.
///
/// # Errors
/// Everything that keeps the stream from being patched: then nothing is to be written.
pub fn patch(
    sources: &Sources,
    stream: SourceId,
    plan: &Plan,
    choices: &Stream<'_>,
    budgets: Budgets,
    options: Options<'_>,
) -> Result<Patched, Report> {
    let mut patcher = Patcher::new(sources, stream, plan, choices, budgets, options);
    for part in split::split(&sources.get(stream).text) {
        patcher.part(part);
    }
    let documents = patcher.documents();
    let mut patched = patcher.finish();
    if documents == 0 {
        let nothing = Diagnostic::error(RULE, "there is no document in the stream")
            .help("what comes before in the pipe may have failed");
        patched.report.push(nothing);
    }
    if patched.report.has_errors() {
        return Err(patched.report);
    }
    if patched.workloads.is_empty() && patched.report.is_empty() {
        patched.report.push(nothing_chosen());
    }
    Ok(patched)
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
