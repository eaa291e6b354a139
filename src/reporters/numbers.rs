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
    let width = |column: fn(&Figure) -> &str| {
        let lengths = figures.iter().map(|figure| column(figure).chars().count());
        lengths.max().unwrap_or(0)
    };
    let (what, value) = (width(|figure| &figure.what), width(|figure| &figure.value));
    let mut out = String::new();
    let mut group = "";
    for figure in figures {
        if figure.group != group {
            group = figure.group;
            let _ = writeln!(out, "{}", painted(group, BOLD, style));
        }
        let start = format!("  {:what$}  {:value$}  ", figure.what, figure.value);
        let length = start.chars().count() + figure.how.chars().count();
        let how = match style.width.filter(|width| length > *width) {
            Some(width) => format!(
                "\n{:INDENT$}{}",
                "",
                wrapped(&figure.how, width, INDENT, INDENT)
            ),
            None => figure.how.clone(),
        };
        // What does not return to Spot is what to look at.
        let start = if figure.value == "no" {
            start.replacen("  no", &format!("  {}", painted("no", YELLOW, style)), 1)
        } else {
            start
        };
        let _ = writeln!(out, "{}", format!("{start}{how}").trim_end());
    }
    out.push('\n');
    out
}

fn painted(text: &str, color: &str, style: Style) -> String {
    if style.color {
        format!("{color}{text}{RESET}")
    } else {
        text.to_owned()
    }
}
