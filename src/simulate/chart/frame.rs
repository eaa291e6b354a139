//! What stands around the areas: lines, marks and numbers.

use super::length::{Length, units};
use super::lettering;
use super::picture::Event;
use super::scale::{CountScale, TimeScale};
use super::sheet::{Anchor, GUTTER, SMALL, Sheet, WIDTH};

/// So many events have lines that are hard to miss; more would hide what they run through.
const CLEAR: usize = 40;

/// A box for counts from here on down, with its numbers.
pub(super) fn counts(sheet: &mut Sheet, time: &TimeScale, height: Length, most: i64) -> CountScale {
    let most = most.max(1);
    let scale = CountScale {
        most,
        bottom: sheet.y + height,
        height,
    };
    let room = (height.0 / units(26).0).clamp(1, 5);
    for count in scale.marks(room) {
        let y = scale.y(count);
        let class = if count == 0 { "axis" } else { "grid" };
        sheet.line(class, (time.left, y), (time.right(), y));
        let place = (GUTTER - units(8), y + units(5));
        sheet.text("small soft", place, Anchor::End, lettering::number(count));
    }
    sheet.y += height;
    scale
}

/// Lines for what the scenario does, through everything between two heights.
pub(super) fn events(
    sheet: &mut Sheet,
    time: &TimeScale,
    events: &[Event],
    (top, bottom): (Length, Length),
) {
    let class = if events.len() > CLEAR {
        "event many"
    } else {
        "event"
    };
    let mut last = None;
    for event in events.iter().filter(|event| time.shows(event.at)) {
        let x = time.x(event.at);
        if last.replace(x) != Some(x) {
            sheet.line(class, (x, top), (x, bottom));
        }
    }
}

/// The same where there is little room: none at all rather than a fence.
pub(super) fn faint_events(
    sheet: &mut Sheet,
    time: &TimeScale,
    events: &[Event],
    (top, bottom): (Length, Length),
) {
    if time.width > units(8) * i64::try_from(events.len()).unwrap_or(i64::MAX / 1_000) {
        for event in events.iter().filter(|event| time.shows(event.at)) {
            let x = time.x(event.at);
            sheet.line("event many", (x, top), (x, bottom));
        }
    }
}

/// The names of times, below what they belong to.
pub(super) fn times(sheet: &mut Sheet, time: &TimeScale) {
    let y = sheet.y;
    sheet.line("axis", (time.left, y), (time.right(), y));
    for (at, name) in time.marks(units(84)) {
        let x = time.x(at);
        sheet.line("axis", (x, y), (x, y + units(5)));
        let half = lettering::width(&name, SMALL) / 2;
        let (x, anchor) = if x + half > WIDTH - units(8) {
            (WIDTH - units(8), Anchor::End)
        } else {
            (x, Anchor::Middle)
        };
        sheet.text("small soft", (x, y + units(19)), anchor, name);
    }
    sheet.y += units(24);
}
