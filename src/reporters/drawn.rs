//! Draws findings that need no art: one place, in a short line of ASCII, for a reader without colors.
//!
//! The renderer of all others computes what overlaps and what is to be cut, which takes long where there are thousands.
//! It draws the same.

use super::excerpt::Excerpt;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::Sources;

/// The renderer cuts lines that are longer than some 140 columns.
const LONGEST: usize = 120;
/// It cuts the spaces before a line if they are more than some 20.
const DEEPEST: usize = 20;

/// The texts of a finding, as they are to be shown.
pub(super) struct Told<'a> {
    pub(super) title: &'a str,
    pub(super) helps: &'a [String],
}

/// Appends the finding without a line break at its end, unless it needs more than that; then it returns false.
pub(super) fn draw(
    diagnostic: &Diagnostic,
    told: &Told<'_>,
    sources: &Sources,
    out: &mut String,
) -> bool {
    let Some(location) = diagnostic.location else {
        return false;
    };
    let Excerpt {
        text,
        marked,
        is_cut,
    } = Excerpt::of(sources, location);
    let path = sources.get(location.source).name.as_str();
    let label = diagnostic.label.as_deref();
    let is_short =
        |line: &str| line.len() <= LONGEST && line.len() - line.trim_start().len() < DEEPEST;
    let texts = [told.title, path, text].into_iter().chain(label);
    let is_simple = diagnostic.related.is_empty()
        && !is_cut
        && is_short(text)
        && marked.start < marked.end
        && marked.end <= text.len()
        && texts
            .chain(told.helps.iter().map(String::as_str))
            .all(is_plain);
    if !is_simple {
        return false;
    }
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    let position = sources.position(location);
    let line: &str = &position.line.to_string();
    let column: &str = &position.column.to_string();
    let gutter: &str = &" ".repeat(line.len());
    let before: &str = &" ".repeat(marked.start);
    let carets: &str = &"^".repeat(marked.len());
    out.extend([severity, "[", diagnostic.rule, "]: ", told.title, "\n"]);
    out.extend([gutter, "--> ", path, ":", line, ":", column, "\n"]);
    out.extend([gutter, " |\n", line, " | ", text, "\n"]);
    out.extend([gutter, " | ", before, carets]);
    if let Some(label) = label {
        out.extend([" ", label]);
    }
    if !told.helps.is_empty() {
        out.extend(["\n", gutter, " |"]);
    }
    for help in told.helps {
        out.extend(["\n", gutter, " = help: ", help]);
    }
    true
}

/// Whether a text is one line, and as wide as it has bytes.
fn is_plain(text: &str) -> bool {
    let mut bytes = text.bytes();
    !text.trim().is_empty() && bytes.all(|byte| matches!(byte, b' '..=b'~'))
}
