//! The names of what the scenario does, and of the times by which something is to be reached.

use super::length::{Length, units};
use super::lettering;
use super::picture::{Event, Line, Objective};
use super::scale::TimeScale;
use super::sheet::{Anchor, MARGIN, SMALL, Sheet, WIDTH};

const ROWS: usize = 4;
const ROW: Length = units(19);

struct Flag {
    at: i64,
    text: String,
    class: &'static str,
    line: &'static str,
    /// Its line runs through what is below.
    is_deadline: bool,
}

/// Writes them from here on down. An earlier one stands higher, so that no line runs through a name.
pub(super) fn flags(
    sheet: &mut Sheet,
    time: &TimeScale,
    events: &[Event],
    objectives: &[Objective],
    depth: Length,
) {
    let mut flags: Vec<Flag> = events.iter().map(event).chain(objectives.iter().filter_map(deadline)).collect();
    flags.retain(|flag| time.shows(flag.at));
    flags.sort_by_key(|flag| flag.at);
    let rows = rows(&flags, time);
    let used = rows.iter().flatten().max().map_or(0, |row| row + 1);
    let bottom = sheet.y + ROW * used + units(4);
    for (flag, row) in flags.iter().zip(&rows) {
        let top = row.map_or(bottom, |row| sheet.y + ROW * row + units(3));
        let end = if flag.is_deadline { bottom + depth } else { bottom };
        if top < end {
            let x = time.x(flag.at);
            sheet.line(flag.line, (x, top), (x, end));
        }
    }
    for (flag, row) in flags.iter().zip(&rows) {
        let Some(row) = row else { continue };
        let (x, anchor, room) = beside(time.x(flag.at), &flag.text);
        let text = lettering::fitted(&flag.text, SMALL, room);
        let class = format!("small halo {}", flag.class);
        sheet.text(&class, (x, sheet.y + ROW * *row + units(14)), anchor, text);
    }
    sheet.y = bottom;
    let left_out = rows.iter().filter(|row| row.is_none()).count();
    if left_out > 0 {
        let more = format!("and {left_out} more, as lines only");
        let place = (WIDTH - MARGIN, sheet.y - units(8));
        sheet.text("small soft halo", place, Anchor::End, more);
    }
}

fn event(event: &Event) -> Flag {
    Flag {
        at: event.at,
        text: event.label.clone(),
        class: "strong text",
        line: "event",
        is_deadline: false,
    }
}

fn deadline(objective: &Objective) -> Option<Flag> {
    let Line::By(at) = objective.line else {
        return None;
    };
    let (class, line, word) = match objective.is_met {
        true => ("good", "deadline good-line", "met"),
        false => ("bad", "deadline alarm-line", "missed"),
    };
    let text = format!("{}: {word}", objective.name);
    Some(Flag {
        at,
        text,
        class,
        line,
        is_deadline: true,
    })
}

/// Where a text stands beside its line, and how much room there is.
fn beside(x: Length, text: &str) -> (Length, Anchor, Length) {
    let (right, gap) = (WIDTH - MARGIN, units(5));
    let (before, after) = (x - gap - MARGIN, right - x - gap);
    if lettering::width(text, SMALL) <= after || after >= before {
        (x + gap, Anchor::Start, after)
    } else {
        (x - gap, Anchor::End, before)
    }
}

/// The row of each; none for those that have no room.
fn rows(flags: &[Flag], time: &TimeScale) -> Vec<Option<i64>> {
    let mut taken = [Length::default(); ROWS];
    let rows = flags.iter().map(|flag| {
        let x = time.x(flag.at);
        let (start, anchor, room) = beside(x, &flag.text);
        let width = lettering::width(&flag.text, SMALL).min(room);
        let (left, right) = match anchor {
            Anchor::End => (start - width, x),
            _ => (x, start + width),
        };
        let row = taken.iter().position(|taken| *taken + units(6) <= left)?;
        taken[row] = right;
        i64::try_from(row).ok()
    });
    rows.collect()
}
