//! The description of a reporter.

use super::style::Style;
use crate::check::figures::Figure;
use crate::diagnostic::Report;
use crate::source::Sources;

/// A way to write findings.
#[derive(Debug)]
pub struct Reporter {
    /// The name on the command line.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    pub render: fn(Results<'_>) -> String,
}

/// A sorted report, and the figures if they were requested.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    pub report: &'a Report,
    pub numbers: Option<&'a [Figure]>,
    pub sources: &'a Sources,
    /// For the reporter that is for people.
    pub style: Style,
}
