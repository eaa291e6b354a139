//! The figures of `--numbers` as a table for people.

use std::fmt::Write as _;

use super::style::Style;
use crate::check::figures::Figure;
use crate::values::wrap::wrapped;

/// The columns before an explanation that has lines of its own.
const INDENT: usize = 6;

const BOLD: &str = "\u{1b}[1m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// A heading for each group, and under it what is measured, its value, and how it comes about.
pub(super) fn table(figures: &[Figure], style: Style) -> String {
    let mut out = String::new();
    for group in figures.chunk_by(|one, other| one.group == other.group) {
        let _ = writeln!(out, "{}", painted(group[0].group, BOLD, style));
        let width = |column: fn(&Figure) -> &str| {
            let lengths = group.iter().map(|figure| column(figure).chars().count());
            lengths.max().unwrap_or(0)
        };
        let widths = (width(|figure| &figure.what), width(|figure| &figure.value));
        for figure in group {
            let _ = writeln!(out, "{}", row(figure, widths, style));
        }
    }
    out.push('\n');
    out
}

/// A figure in a line, or its explanation in lines of its own where the terminal is too narrow.
fn row(figure: &Figure, (what, value): (usize, usize), style: Style) -> String {
    let start = format!("  {:what$}  {:value$}", figure.what, figure.value);
    let length = start.chars().count() + 2 + figure.how.chars().count();
    let row = match style.width.filter(|width| length > *width) {
        Some(width) => format!(
            "{}\n{:INDENT$}{}",
            start.trim_end(),
            "",
            wrapped(&figure.how, width, INDENT, INDENT)
        ),
        None => format!("{start}  {}", figure.how).trim_end().to_owned(),
    };
    // What does not return to Spot is what to look at.
    if figure.value == "no" {
        row.replacen("  no", &format!("  {}", painted("no", YELLOW, style)), 1)
    } else {
        row
    }
}

fn painted(text: &str, color: &str, style: Style) -> String {
    if style.color {
        format!("{color}{text}{RESET}")
    } else {
        text.to_owned()
    }
}
