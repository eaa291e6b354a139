//! Pods that stay on on-demand in runs that converged.

use std::fmt::Write as _;

use crate::rehearse::told::Told;
use crate::reporters::Style;
use crate::values::wrap::wrapped;

/// Under the table: each once, with the scenarios in which it is so; of several runs of a scenario the worst.
pub(super) fn left(out: &mut String, told: &[Told], style: Style) {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for runs in told.chunk_by(|one, other| one.name == other.name) {
        let left = runs.iter().filter_map(|own| own.left.as_ref());
        let Some(left) = left.max_by_key(|own| own.count) else {
            continue;
        };
        match all.iter_mut().find(|(known, _)| *known == left.words) {
            Some((_, names)) => names.push(&runs[0].name),
            None => all.push((&left.words, vec![&runs[0].name])),
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
