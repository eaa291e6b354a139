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
    // What does not fit behind the value stands below it.
    let narrow = style.width.filter(|width| length > *width);
    let how = match narrow {
        Some(width) => format!(
            "\n{:INDENT$}{}",
            "",
            wrapped(&figure.how, width, INDENT, INDENT)
        ),
        None => format!("  {}", figure.how),
    };
    let shown = if figure.is_bad {
        painted(&figure.value, YELLOW, style)
    } else {
        figure.value.clone()
    };
    let fill = if narrow.is_some() {
        0
    } else {
        value - figure.value.chars().count()
    };
    let row = format!("  {:what$}  {shown}{:fill$}{how}", figure.what, "");
    row.trim_end().to_owned()
}

fn painted(text: &str, color: &str, style: Style) -> String {
    if style.color {
        format!("{color}{text}{RESET}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_bad_is_colored_whatever_the_width() {
        let figure = |value: &str, is_bad| Figure {
            group: "Failover",
            what: "what".to_owned(),
            value: value.to_owned(),
            how: "how it comes about".to_owned(),
            is_bad,
        };
        let figures = [figure("-3", true), figure("20 min", false)];
        let style = Style {
            color: true,
            ..Style::PLAIN
        };
        let wide = table(&figures, style);
        assert!(
            wide.contains("what  \u{1b}[33m-3\u{1b}[0m      how it"),
            "{wide}"
        );
        assert!(wide.contains("what  20 min  how it"), "{wide}");
        let narrow = Style {
            width: Some(20),
            ..style
        };
        let narrow = table(&figures, narrow);
        assert!(
            narrow.contains("what  \u{1b}[33m-3\u{1b}[0m\n      how it"),
            "{narrow}"
        );
        let plain = table(&figures, Style::PLAIN);
        assert!(plain.contains("what  -3      how it"), "{plain}");
    }
}
