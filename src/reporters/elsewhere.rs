//! Locations outside files, for reporters that can only point at files.

use crate::diagnostic::{Diagnostic, position};
use crate::source::{SET, Sources};

/// The location of a finding in words; `None` if it is in a file or has no location.
pub(super) fn elsewhere(diagnostic: &Diagnostic, sources: &Sources) -> Option<String> {
    let location = diagnostic.location?;
    let source = sources.get(location.source);
    if source.is_file() {
        return None;
    }
    Some(if source.name == SET {
        // The text tells more than a column.
        format!("in `--set {}`", source.text)
    } else {
        format!("at {}", position(sources, location))
    })
}
