//! The description of a reporter.

use super::style::Style;
use crate::check::figures::Figure;
use crate::diagnostic::{Replacement, Report};
use crate::source::Sources;

/// A way to write findings.
#[derive(Debug)]
pub struct Reporter {
    /// The name on the command line.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    /// Whether it says what fixes would write.
    pub has_edits: bool,
    pub render: fn(Results<'_>) -> String,
}

/// A sorted report, and the figures if they were requested.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    pub report: &'a Report,
    /// For each finding what its fix would write, for a reporter that says it.
    pub edits: &'a [Vec<Replacement>],
    pub numbers: Option<&'a [Figure]>,
    pub sources: &'a Sources,
    /// For the reporter that is for people.
    pub style: Style,
}
