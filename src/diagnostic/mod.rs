//! What every stage complains with: data with a place, printed only at the very end.

mod edit;
mod failure;
mod finding;
mod fix;
mod pointer;
mod report;
mod severity;

pub use edit::Edit;
pub use failure::Failure;
pub use finding::{Diagnostic, Replacement};
pub use fix::{Fix, ManifestEdit, NoFix};
pub use pointer::Pointer;
pub use report::{Limit, Report};
pub use severity::Severity;

use crate::source::{Sources, Span};

/// `file:line:column` of a span.
pub fn position(sources: &Sources, span: Span) -> String {
    format!(
        "{}:{}",
        sources.get(span.source).name,
        sources.position(span)
    )
}
