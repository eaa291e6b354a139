//! The reason why a change cannot be made safely.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

#[derive(Debug)]
pub(super) struct Uneditable {
    location: Span,
    reason: String,
    /// The fix.
    cure: &'static str,
}

/// A safe result, or the reason why it is not safe.
pub(super) type Certain<T = ()> = Result<T, Uneditable>;

impl Uneditable {
    pub(super) fn new(location: Span, reason: impl Into<String>) -> Self {
        Self {
            location,
            reason: reason.into(),
            cure: "write the value out here, without anchors, aliases and merge keys",
        }
    }

    pub(super) fn written_twice(location: Span, key: &str) -> Self {
        Self {
            location,
            reason: format!("`{key}` is written twice, and parsers disagree on which one counts"),
            cure: "keep one of the two",
        }
    }

    pub(super) fn reason(&self) -> &str {
        &self.reason
    }

    /// A finding that `subject` cannot be edited for this reason.
    pub(super) fn diagnostic(&self, subject: &str) -> Diagnostic {
        let message = format!("{subject} cannot be edited safely: {}", self.reason);
        let help = format!("{}, or skip it with --skip-uneditable", self.cure);
        Diagnostic::error("uneditable", message)
            .at(self.location)
            .help(help)
    }
}
