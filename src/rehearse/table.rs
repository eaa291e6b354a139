//! Tables for a terminal.

use std::fmt::Write as _;

const RESET: &str = "\x1b[0m";

/// Rows of columns, each as wide as its longest text.
pub(super) fn table(
    out: &mut String,
    rows: &[Vec<String>],
    paint: impl Fn(usize, usize) -> &'static str,
) {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let own = rows.iter().map(|row| row[column].chars().count());
            own.max().unwrap_or(0)
        })
        .collect();
    for (number, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (column, text) in row.iter().enumerate() {
            let fill = widths[column] - text.chars().count() + 2;
            let color = paint(number, column);
            let end = if color.is_empty() { "" } else { RESET };
            let _ = write!(line, "{color}{text}{end}{:fill$}", "");
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}
