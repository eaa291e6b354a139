//! The names of what the scenario does, and of the times by which something is to be reached.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::length::{Length, units};
use super::lettering;
use super::picture::{Event, Line, Objective};
use super::scale::TimeScale;
use super::sheet::{Anchor, MARGIN, SMALL, Sheet, WIDTH};

const ROWS: i64 = 4;
const ROW: Length = units(19);

struct Flag {
    at: i64,
    text: String,
    class: &'static str,
    /// Of what is to be reached; its line runs through what is below.
    is_met: Option<bool>,
}

/// Writes them from here on down. An earlier one stands higher, so that no line runs through a name.
pub(super) fn flags(
    sheet: &mut Sheet,
    time: &TimeScale,
    events: &[Event],
    objectives: &[Objective],
    depth: Length,
) {
    let mut flags: Vec<Flag> = events
        .iter()
        .map(event)
        .chain(objectives.iter().filter_map(deadline))
        .collect();
    flags.retain(|flag| time.shows(flag.at));
    flags.sort_by_key(|flag| flag.at);
    let rows = rows(&flags, time);
    let used = rows.iter().flatten().max().map_or(0, |row| row + 1);
    let bottom = sheet.y + ROW * used + units(4);
    for (flag, row) in flags.iter().zip(&rows) {
        let top = row.map_or(bottom, |row| sheet.y + ROW * row + units(3));
        let x = time.x(flag.at);
        match flag.is_met {
            Some(is_met) => sheet.deadline(is_met, (x, top), (x, bottom + depth)),
            None if top < bottom => sheet.line("event", (x, top), (x, bottom)),
            None => {}
        }
    }
    for (flag, row) in flags.iter().zip(&rows) {
        let Some(row) = row else { continue };
        let (x, anchor, room) = beside(time.x(flag.at), &flag.text);
        let text = lettering::fitted_bold(&flag.text, SMALL, room);
        let class = format!("small strong halo {}", flag.class);
        sheet.text(&class, (x, sheet.y + ROW * *row + units(14)), anchor, text);
    }
    sheet.y = bottom;
    let left_out = rows.iter().filter(|row| row.is_none()).count();
    if left_out > 0 {
        let place = (MARGIN, sheet.y - units(8));
        let more = format!("{left_out} more, unnamed");
        sheet.text("small soft", place, Anchor::Start, more);
    }
}

fn event(event: &Event) -> Flag {
    Flag {
        at: event.at,
        text: event.label.clone(),
        class: "text",
        is_met: None,
    }
}

fn deadline(objective: &Objective) -> Option<Flag> {
    let Line::By(at) = objective.line else {
        return None;
    };
    let (class, word) = if objective.is_met {
        ("good", "met")
    } else {
        ("bad", "missed")
    };
    let text = format!("{}: {word}", objective.name);
    Some(Flag {
        at,
        text,
        class,
        is_met: Some(objective.is_met),
    })
}

/// Where a text stands beside its line, and how much room there is.
fn beside(x: Length, text: &str) -> (Length, Anchor, Length) {
    let (right, gap) = (WIDTH - MARGIN, units(5));
    let (before, after) = (x - gap - MARGIN, right - x - gap);
    if lettering::bold(text, SMALL) <= after || after >= before {
        (x + gap, Anchor::Start, after)
    } else {
        (x - gap, Anchor::End, before)
    }
}

/// The row of each; none for those that have no room. What has been named before gives way to what has not.
fn rows(flags: &[Flag], time: &TimeScale) -> Vec<Option<i64>> {
    let mut rows = vec![None; flags.len()];
    let mut placed: Vec<Placed> = Vec::new();
    let mut named = BTreeSet::new();
    let is_first: Vec<bool> = flags
        .iter()
        .map(|flag| named.insert(flag.text.as_str()))
        .collect();
    for turn in [true, false] {
        for (at, flag) in flags
            .iter()
            .enumerate()
            .filter(|(at, _)| is_first[*at] == turn)
        {
            let free = (0..ROWS).map(|row| Placed::new(flag, time, row));
            let free = free.filter(|one| !placed.iter().any(|other| one.disturbs(other)));
            let Some(found) = free.min_by_key(|one| one.row) else {
                continue;
            };
            rows[at] = Some(found.row);
            placed.push(found);
        }
    }
    rows
}

/// A name in its row, and the line that goes down from it.
struct Placed {
    row: i64,
    x: Length,
    left: Length,
    right: Length,
}

impl Placed {
    fn new(flag: &Flag, time: &TimeScale, row: i64) -> Self {
        let x = time.x(flag.at);
        let (start, anchor, room) = beside(x, &flag.text);
        let width = lettering::bold(&flag.text, SMALL).min(room);
        let (left, right) = match anchor {
            Anchor::End => (start - width, x),
            _ => (x, start + width),
        };
        Self {
            row,
            x,
            left,
            right,
        }
    }

    fn disturbs(&self, other: &Self) -> bool {
        let apart = units(6);
        let overlap = self.left < other.right + apart && other.left < self.right + apart;
        match self.row.cmp(&other.row) {
            Ordering::Equal => overlap,
            Ordering::Less => other.is_crossed_at(self.x),
            Ordering::Greater => self.is_crossed_at(other.x),
        }
    }

    fn is_crossed_at(&self, x: Length) -> bool {
        self.left < x && x < self.right
    }
}
