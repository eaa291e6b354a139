//! How a run ended.

use std::process::ExitCode;

use crate::diagnostic::Report;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// All is well.
    Good,
    /// There are findings of level error, or files differ.
    Findings,
    /// It could not work: wrong arguments, unreadable files, not YAML.
    Unable,
}

impl Outcome {
    /// How a run ends that finds this and no more.
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
