//! The status for people, on one screen: the pools, a line for each part, and below what to do.

use std::fmt::Write as _;

use super::judge::Status;
use super::listed::{self, Group};
use super::part::{Part, State};
use super::pools::PoolRow;
use super::words::{agreeing, count};
use crate::reporters::Style;
use crate::values::wrap::wrapped;

const BOLD: &str = "\u{1b}[1m";
const RED: &str = "\u{1b}[31m";
const GREEN: &str = "\u{1b}[32m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// More pools than this are not shown one by one, unless something is wrong with them.
const POOLS_SHOWN: usize = 12;

/// The indent of what to do about something.
const NEXT: usize = 6;

pub fn text(status: &Status, style: Style) -> String {
    let mut out = String::new();
    heading(&mut out, status);
    pools(&mut out, &status.pools, style);
    parts(&mut out, &status.parts, style);
    differences(&mut out, status, style);
    gaps(&mut out, &status.parts, style);
    errors(&mut out, status, style);
    troubles(&mut out, &status.parts, style);
    out
}

fn heading(out: &mut String, status: &Status) {
    let pods = count(status.pods, "pod");
    let compared = if status.is_compared {
        ", compared to the configuration"
    } else {
        ""
    };
    let nodes = count(status.nodes, "node");
    let _ = writeln!(
        out,
        "{nodes} ({} Spot), {pods}{compared}\n",
        status.spot_nodes
    );
}

/// Rows of columns, each as wide as its longest text.
fn table(
    out: &mut String,
    rows: &[Vec<String>],
    style: Style,
    paint: impl Fn(usize, usize) -> &'static str,
) {
    let columns = rows.first().map_or(0, Vec::len);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for (number, row) in rows.iter().enumerate() {
        let mut line = String::new();
        let mut used = 0;
        for (column, text) in row.iter().enumerate() {
            let is_last = column + 1 == columns;
            let text = match style.width {
                Some(width) if is_last => wrapped(text, width, used, used),
                _ => text.clone(),
            };
            let fill = if is_last {
                0
            } else {
                widths[column] - text.chars().count() + 2
            };
            let _ = write!(
                line,
                "{}{:fill$}",
                painted(&text, paint(number, column), style),
                ""
            );
            used += widths[column] + 2;
        }
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

fn painted(text: &str, color: &str, style: Style) -> String {
    if style.color && !color.is_empty() && !text.is_empty() {
        format!("{color}{text}{RESET}")
    } else {
        text.to_owned()
    }
}

fn words(row: &[&str]) -> Vec<String> {
    row.iter().map(|text| (*text).to_owned()).collect()
}

fn pools(out: &mut String, pools: &[PoolRow], style: Style) {
    if pools.is_empty() {
        return;
    }
    let is_notable = |row: &&PoolRow| row.backoff().is_some() || row.ready < row.nodes;
    let (notable, others): (Vec<&PoolRow>, Vec<&PoolRow>) = pools.iter().partition(is_notable);
    let room = POOLS_SHOWN.saturating_sub(notable.len());
    let hidden = others.len().saturating_sub(room);
    let is_shown = |row: &&PoolRow| {
        is_notable(row) || others.iter().take(room).any(|other| other.name == row.name)
    };
    let mut rows = vec![words(&[
        "POOL", "CAPACITY", "READY", "TARGET", "MIN-MAX", "PODS", "BACK-OFF",
    ])];
    let unknown = || "?".to_owned();
    for row in pools.iter().filter(is_shown) {
        let capacity = match row.is_spot {
            Some(true) => "Spot",
            Some(false) => "on-demand",
            None => "?",
        };
        let min = row.sum(|group| group.min);
        let max = row.sum(|group| group.max);
        let range = min
            .zip(max)
            .map_or_else(unknown, |(min, max)| format!("{min}-{max}"));
        let target = row.sum(|group| group.target);
        rows.push(vec![
            row.name.clone(),
            capacity.to_owned(),
            format!("{}/{}", row.ready, row.nodes),
            target.map_or_else(unknown, |target| target.to_string()),
            range,
            row.pods.to_string(),
            row.backoff().map_or("-", |(code, _)| code).to_owned(),
        ]);
    }
    table(out, &rows, style, |row, column| match (row, column) {
        (0, _) => BOLD,
        (_, 6) if rows[row][6] != "-" => RED,
        _ => "",
    });
    if hidden > 0 {
        let _ = writeln!(
            out,
            "{} more: --report json lists all\n",
            count(hidden, "pool")
        );
    }
}

fn parts(out: &mut String, parts: &[Part], style: Style) {
    let mut rows = vec![words(&["PART", "STATE", "WHOSE", "WHAT"])];
    for part in parts {
        let whose: Vec<String> = part.whose.iter().map(ToString::to_string).collect();
        let whose = if whose.is_empty() {
            "-".to_owned()
        } else {
            whose.join(", ")
        };
        let facts = part.facts.join("; ");
        rows.push(vec![
            part.name.to_owned(),
            part.state().as_str().to_owned(),
            whose,
            if facts.is_empty() {
                "-".to_owned()
            } else {
                facts
            },
        ]);
    }
    table(out, &rows, style, |row, column| match (row, column) {
        (0, _) => BOLD,
        (_, 1) => match parts[row - 1].state() {
            State::Works => GREEN,
            State::Broken => RED,
            State::Unknown => YELLOW,
            State::Absent => "",
        },
        _ => "",
    });
}

/// A line, and below it what to do.
fn item(out: &mut String, text: &str, next: &str, style: Style) {
    let fit = |text: &str, indent: usize| match style.width {
        Some(width) => wrapped(text, width, indent, indent + 2),
        None => text.to_owned(),
    };
    let _ = writeln!(out, "  {}", fit(text, 2));
    if !next.is_empty() {
        let _ = writeln!(out, "{:NEXT$}{}", "", fit(next, NEXT));
    }
}

/// Lines with the same thing to do about them.
fn paragraph(out: &mut String, group: &Group<'_>, style: Style) {
    let last = group.lines.len().saturating_sub(1);
    for (number, line) in group.lines.iter().enumerate() {
        let next = if number == last { group.next } else { "" };
        item(out, line, next, style);
    }
}

/// What comes before all other commands, which write nothing before.
fn errors(out: &mut String, status: &Status, style: Style) {
    if status.config_errors == 0 {
        return;
    }
    let errors = count(status.config_errors, "error");
    let them = agreeing(status.config_errors, "it", "them");
    let head = format!(
        "The configuration has {errors}, and `spotgen render` writes nothing: mend {them} first"
    );
    let _ = writeln!(out, "{}", painted(&head, BOLD, style));
    let _ = writeln!(out, "{:NEXT$}{}\n", "", status.check);
}

fn differences(out: &mut String, status: &Status, style: Style) {
    let different = |part: &Part| Some((part.name, part.compared.as_ref()?.words()?));
    // Of what is not there at all, that is told.
    let parts = status.parts.iter().filter(|part| !part.is_absent());
    let different: Vec<(&str, String)> = parts.filter_map(different).collect();
    if different.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "{}",
        painted("Not as the configuration has it:", BOLD, style)
    );
    for (number, (name, text)) in different.iter().enumerate() {
        let is_last = number + 1 == different.len();
        let next = if is_last { &status.diff } else { "" };
        item(out, &format!("{name}: {text}"), next, style);
    }
    out.push('\n');
}

fn gaps(out: &mut String, parts: &[Part], style: Style) {
    let gaps = parts
        .iter()
        .flat_map(|part| part.gaps.iter().map(move |gap| (part.name, gap)));
    let gaps: Vec<_> = gaps.collect();
    if gaps.is_empty() {
        return;
    }
    let _ = writeln!(out, "{}", painted("Cannot tell:", BOLD, style));
    for group in listed::gaps(&gaps) {
        paragraph(out, &group, style);
    }
    out.push('\n');
}

/// Last, nearest to the prompt.
fn troubles(out: &mut String, parts: &[Part], style: Style) {
    let troubles = parts
        .iter()
        .flat_map(|part| part.troubles.iter().map(move |own| (part.name, own)));
    let troubles: Vec<_> = troubles.collect();
    if troubles.is_empty() {
        let unknown = parts
            .iter()
            .filter(|part| part.state() == State::Unknown)
            .count();
        let _ = match unknown {
            0 => writeln!(out, "{}", painted("All that is there works", GREEN, style)),
            number => writeln!(
                out,
                "Nothing is known to fail; {} cannot be judged",
                count(number, "part")
            ),
        };
        return;
    }
    let _ = writeln!(out, "{}", painted("Does not work:", BOLD, style));
    for group in listed::troubles(&troubles) {
        paragraph(out, &group, style);
    }
}
