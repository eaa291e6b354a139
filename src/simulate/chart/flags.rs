//! The names of what the scenario does, and of the times by which something is to be reached.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::length::{Length, units};
use super::lettering;
use super::picture::{Event, Line, Objective};
use super::scale::TimeScale;
use super::sheet::{Anchor, MARGIN, SMALL, Sheet, WIDTH};

const ROWS: i64 = 4;
const ROW: Length = units(19);
/// What happens more often is named once.
const REPEATS: usize = 8;

struct Flag {
    at: i64,
    text: String,
    class: &'static str,
    /// Of what is to be reached.
    is_met: Option<bool>,
}

/// Writes them from here on down. An earlier one stands higher, so that no line runs through a name.
pub(super) fn flags(
    sheet: &mut Sheet,
    time: &TimeScale,
    events: &[Event],
    objectives: &[Objective],
) {
    let mut flags: Vec<Flag> = named(events)
        .into_iter()
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
        if top < bottom {
            let foot = (x, bottom);
            match flag.is_met {
                Some(is_met) => sheet.deadline(is_met, (x, top), foot),
                None => sheet.line("event", (x, top), foot),
            }
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

/// The events that get a name: what happens over and over gets one, the first time.
fn named(events: &[Event]) -> Vec<Flag> {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for event in events {
        *times.entry(&event.label).or_default() += 1;
    }
    let flags = events.iter().filter_map(|event| {
        let text = match times.get_mut(event.label.as_str())? {
            0 => return None,
            few if *few <= REPEATS => event.label.clone(),
            many => format!("{} ({} times)", event.label, std::mem::take(many)),
        };
        Some(Flag {
            at: event.at,
            text,
            class: "text",
            is_met: None,
        })
    });
    flags.collect()
}

fn deadline(objective: &Objective) -> Option<Flag> {
    let Line::By(at) = objective.line else {
        return None;
    };
    Some(Flag {
        at,
        text: format!("{}: {}", objective.name, objective.word()),
        class: if objective.is_met { "good" } else { "bad" },
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

#[cfg(test)]
mod tests {
    use super::super::sheet::GUTTER;
    use super::*;

    fn events(labels: &[(i64, &str)]) -> Vec<Event> {
        let events = labels.iter().map(|(at, label)| Event {
            at: *at,
            label: (*label).to_owned(),
        });
        events.collect()
    }

    fn time() -> TimeScale {
        TimeScale {
            from: 0,
            until: 800,
            left: GUTTER,
            width: units(800),
        }
    }

    #[test]
    fn what_happens_over_and_over_is_named_once() {
        let often: Vec<(i64, &str)> = (0..9).map(|at| (at * 10, "goes")).collect();
        let names = |events: &[Event]| -> Vec<String> {
            let named = named(events).into_iter();
            named.map(|flag| flag.text).collect()
        };
        assert_eq!(names(&events(&often)), ["goes (9 times)"]);
        assert_eq!(names(&events(&often[..2])), ["goes", "goes"]);
    }

    #[test]
    fn no_line_runs_through_a_name() {
        let flags = named(&events(&[
            (0, "a long name"),
            (20, "another one"),
            (40, "third"),
            (400, "late"),
        ]));
        assert_eq!(rows(&flags, &time()), [Some(0), Some(1), Some(2), Some(0)]);
    }

    #[test]
    fn what_is_new_has_the_first_choice() {
        let labels = [(0, "again"), (5, "again"), (10, "b"), (15, "c"), (20, "d")];
        let flags = named(&events(&labels));
        assert_eq!(
            rows(&flags, &time()),
            [Some(0), None, Some(1), Some(2), Some(3)]
        );
    }
}
