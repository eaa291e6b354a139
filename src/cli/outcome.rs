//! How a run ended.

use std::process::ExitCode;

use crate::diagnostic::Report;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The run succeeded.
    Good,
    /// There are errors, or files differ.
    Findings,
    /// The run failed: wrong arguments, unreadable files, invalid YAML.
    Unable,
}

impl Outcome {
    /// The outcome of a run with exactly these findings.
    pub(super) fn of(report: &Report) -> Self {
        if report.is_unreadable() {
            Self::Unable
        } else if report.has_errors() {
            Self::Findings
        } else {
            Self::Good
        }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Good => 0,
            Outcome::Findings => 1,
            Outcome::Unable => 2,
        })
    }
}
