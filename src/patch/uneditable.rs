//! Why a change cannot be made with certainty.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

#[derive(Debug)]
pub(super) struct Uneditable {
    location: Span,
    reason: String,
    /// What to do about it.
    cure: &'static str,
}

/// Something that is certain, or why it is not.
pub(super) type Certain<T = ()> = Result<T, Uneditable>;

impl Uneditable {
    pub(super) fn new(location: Span, reason: impl Into<String>) -> Self {
        Self {
            location,
            reason: reason.into(),
            cure: "write the value out there",
        }
    }

    pub(super) fn written_twice(location: Span, key: &str) -> Self {
        Self {
            location,
            reason: format!("`{key}` is written twice, and readers disagree on which counts"),
            cure: "keep one of the two",
        }
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    /// `subject` is what cannot be edited for it.
    pub(super) fn diagnostic(&self, subject: &str) -> Diagnostic {
        let message = format!("{subject} cannot be edited with certainty: {}", self.reason);
        let help = format!("{}, or leave it alone with --skip-uneditable", self.cure);
        Diagnostic::error("uneditable", message)
            .at(self.location)
            .help(help)
    }
}
