//! Why a workload is not edited.

use crate::diagnostic::{Diagnostic, Report, Severity};

pub(super) enum Refusal {
    /// It is ambiguous, or cannot be edited safely.
    Uneditable(Report),
    /// The configuration is ambiguous about it.
    Unclear(Box<Diagnostic>),
}

impl Refusal {
    /// Errors, unless uneditable objects may be skipped. Errors in the configuration remain errors.
    pub(super) fn findings(self, skip_uneditable: bool) -> Report {
        match self {
            Self::Unclear(finding) => (*finding).into(),
            Self::Uneditable(mut findings) => {
                if skip_uneditable {
                    for finding in findings.iter_mut() {
                        finding.severity = Severity::Warning;
                    }
                }
                findings
            }
        }
    }
}

impl From<Report> for Refusal {
    fn from(findings: Report) -> Self {
        Self::Uneditable(findings)
    }
}

impl From<Diagnostic> for Refusal {
    fn from(finding: Diagnostic) -> Self {
        Self::Uneditable(finding.into())
    }
}
