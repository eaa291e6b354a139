//! Pods that stay on on-demand in runs that converged.

use std::fmt::Write as _;

use crate::rehearse::told::Told;
use crate::reporters::Style;
use crate::values::wrap::wrapped;

/// Under the table: each once, with the scenarios in which it is so.
pub(super) fn left(out: &mut String, told: &[Told], style: Style) {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for own in told {
        let Some(left) = own.left.as_deref() else {
            continue;
        };
        match all.iter_mut().find(|(known, _)| *known == left) {
            Some((_, names)) if names.contains(&own.name.as_str()) => {}
            Some((_, names)) => names.push(&own.name),
            None => all.push((left, vec![&own.name])),
        }
    }
    for (left, names) in &all {
        let line = format!("{}: converged, but {left}", names.join(", "));
        let line = match style.width {
            Some(width) => wrapped(&line, width, 0, 2),
            None => line,
        };
        let _ = writeln!(out, "{line}");
    }
    if !all.is_empty() {
        out.push('\n');
    }
}
