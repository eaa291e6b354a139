//! Places that are in no file, for reporters that can point at files only.

use crate::diagnostic::{Diagnostic, position};
use crate::source::{SET, Sources};

/// Where a finding is, in words; none where a file has it, or nothing does.
pub(super) fn elsewhere(diagnostic: &Diagnostic, sources: &Sources) -> Option<String> {
    let location = diagnostic.location?;
    let source = sources.get(location.source);
    if source.is_file() {
        return None;
    }
    Some(if source.name == SET {
        // Its text says more than a column of it.
        format!("in `--set {}`", source.text)
    } else {
        format!("at {}", position(sources, location))
    })
}
