//! Findings about a stream as a whole.

use super::documents::Part;
use crate::diagnostic::{Diagnostic, Severity};

/// The rule of findings about the stream.
pub(super) const RULE: &str = "manifest";

pub(super) fn nothing_there() -> Diagnostic {
    Diagnostic::error(RULE, "the stream is empty")
        .help("check the command before it in the pipe, which may have failed")
}

pub(crate) fn nothing_chosen() -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(RULE, "no workload in the stream is selected, so the output equals the input")
    }
    .help(
        "list workloads under `spec.workloads`, match them by `spec.classRules`, or annotate them with `spotgen.dev/class`",
    )
}

pub(super) fn not_text(part: &Part<'_>) -> Diagnostic {
    let valid = part
        .bytes
        .utf8_chunks()
        .next()
        .map_or("", |chunk| chunk.valid());
    let line = part.lines_before + valid.matches('\n').count() + 1;
    Diagnostic::error("syntax", format!("line {line} is not UTF-8"))
        .help("encode manifests as UTF-8")
}
