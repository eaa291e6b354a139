//! Why a workload is not edited.

use crate::diagnostic::{Diagnostic, Report, Severity};

pub(super) enum Refusal {
    /// What it says, or how to edit it, is not certain.
    Uneditable(Report),
    /// The configuration does not say what to do with it.
    Unclear(Box<Diagnostic>),
}

impl Refusal {
    /// Errors, unless what is uneditable may be left alone. The configuration is to be mended all the same.
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
