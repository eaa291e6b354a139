//! How findings are shown. One file a reporter.

mod github;
mod json;
mod sarif;
pub mod text;

use clap::ValueEnum;

use crate::check::figures::Figure;
use crate::diagnostic::Report;
use crate::source::Sources;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reporter {
    /// For people: the line, a caret, the way out
    Text,
    /// One JSON object; its shape is described in the README
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub's workflows
    Github,
}

/// A sorted report, and the numbers where they are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Results<'a> {
    pub report: &'a Report,
    pub numbers: Option<&'a [Figure]>,
    pub sources: &'a Sources,
}

/// Writes the results; `colour` is for those who can show it.
pub fn render(reporter: Reporter, results: Results<'_>, colour: bool) -> String {
    match reporter {
        Reporter::Text => text::results(results, colour),
        Reporter::Json => json::render(results),
        Reporter::Sarif => sarif::render(results),
        Reporter::Github => github::render(results),
    }
}
