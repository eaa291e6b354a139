//! Each workload by itself, the worst first.

use std::collections::BTreeMap;

use super::areas;
use super::clock;
use super::frame;
use super::length::{Length, units};
use super::lettering;
use super::names::Clear;
use super::outcome::{self, Outcome};
use super::picture::{Picture, Pods, Workload};
use super::pods;
use super::scale::{CountScale, TimeScale};
use super::sheet::{Anchor, GUTTER, MARGIN, SMALL, Sheet, WIDTH};
use super::steps::Steps;

/// So many have the whole width.
const WIDE: usize = 6;
/// So many have a small picture each. The others are shown together by their namespaces.
const SMALL_ONES: usize = 24;
const COLUMNS: i64 = 3;
const GAP: Length = units(24);
const REMARK: &str = "dashed: so many must stay ready";

/// A small picture.
struct Cell {
    name: String,
    pods: Steps<Pods>,
    outcome: Outcome,
}

pub(super) fn workloads(sheet: &mut Sheet, time: &TimeScale, picture: &Picture) {
    let span = (picture.from, picture.until);
    let worst_first = outcome::worst_first(&picture.workloads, span);
    let cell = |(workload, outcome): &(&Workload, Outcome)| {
        let name = format!("{} ({})", workload.name, workload.namespace);
        let (pods, outcome) = (workload.pods.clone(), *outcome);
        Cell {
            name,
            pods,
            outcome,
        }
    };
    let count = worst_first.len();
    match count {
        0 | 1 => {}
        _ if count <= WIDE => {
            sheet.heading("Each workload, the worst first", REMARK);
            for workload in &worst_first {
                wide(sheet, time, picture, &cell(workload));
            }
            frame::times(sheet, time);
        }
        _ => {
            let shown = if count > SMALL_ONES + 3 {
                SMALL_ONES
            } else {
                count
            };
            let (worst, others) = worst_first.split_at(shown);
            let name = match others.len() {
                0 => "Each workload, the worst first".to_owned(),
                _ => format!("The {shown} worst of {count} workloads, the worst first"),
            };
            sheet.heading(&name, &format!("{REMARK}; without terminating pods"));
            grid(sheet, picture, &worst.iter().map(cell).collect::<Vec<_>>());
            if !others.is_empty() {
                let name = format!("The other {} workloads, by namespace", others.len());
                sheet.heading(&name, "");
                grid(sheet, picture, &namespaces(others, span));
            }
        }
    }
}

/// As many pictures as there is room for; the smaller namespaces share the last.
fn namespaces(workloads: &[(&Workload, Outcome)], span: (i64, i64)) -> Vec<Cell> {
    let mut by_name: BTreeMap<&str, Vec<&Workload>> = BTreeMap::new();
    for (workload, _) in workloads {
        by_name
            .entry(&workload.namespace)
            .or_default()
            .push(workload);
    }
    let mut groups: Vec<(String, Vec<&Workload>)> = by_name
        .into_iter()
        .map(|(name, workloads)| (name.to_owned(), workloads))
        .collect();
    groups.sort_by_key(|(_, workloads)| std::cmp::Reverse(workloads.len()));
    if groups.len() > SMALL_ONES {
        let rest = groups.split_off(SMALL_ONES - 1);
        let name = format!("{} smaller namespaces", rest.len());
        groups.push((
            name,
            rest.into_iter()
                .flat_map(|(_, workloads)| workloads)
                .collect(),
        ));
    }
    let cells = groups.into_iter().map(|(name, workloads)| {
        let pods = together(workloads.iter().copied());
        let outcome = Outcome::new(&pods, None, span);
        let name = match workloads.len() {
            1 => format!("{name}: 1 workload"),
            count => format!("{name}: {count} workloads"),
        };
        Cell {
            name,
            pods,
            outcome,
        }
    });
    cells.collect()
}

/// The pods of several workloads.
pub(super) fn together<'a>(workloads: impl IntoIterator<Item = &'a Workload>) -> Steps<Pods> {
    let each = |pods: Pods| {
        let Pods {
            ready_on_spot,
            ready_on_demand,
            starting,
            pending,
            dead,
            terminating,
        } = pods;
        [
            ready_on_spot,
            ready_on_demand,
            starting,
            pending,
            dead,
            terminating,
        ]
    };
    let all: Vec<Steps<[i64; 6]>> = workloads
        .into_iter()
        .map(|workload| workload.pods.map(each))
        .collect();
    Steps::sum(&all).map(
        |[
            ready_on_spot,
            ready_on_demand,
            starting,
            pending,
            dead,
            terminating,
        ]| Pods {
            ready_on_spot,
            ready_on_demand,
            starting,
            pending,
            dead,
            terminating,
        },
    )
}

fn wide(sheet: &mut Sheet, time: &TimeScale, picture: &Picture, cell: &Cell) {
    let class = if cell.outcome.is_bad() { "bad" } else { "soft" };
    sheet.y += units(22);
    let name = lettering::fitted_bold(&cell.name, SMALL, units(440));
    sheet.text("small strong text", (GUTTER, sheet.y), Anchor::Start, name);
    let place = (WIDTH - MARGIN, sheet.y);
    sheet.text(
        &format!("small {class}"),
        place,
        Anchor::End,
        cell.outcome.remark(),
    );
    sheet.y += units(8);
    let top = sheet.y;
    let spans = time.columns(&cell.pods.map(pods::layers), pods::badness);
    let counts = frame::counts(sheet, time, units(64), areas::most(&spans));
    let floor_at = cell.outcome.floor.map(|floor| counts.y(floor));
    let clear = Clear::new(time, &picture.events, floor_at);
    areas::stacked(sheet, (time, &counts), &spans, &pods::PAINTS, Some(&clear));
    floor(sheet, time, &counts, &cell.outcome);
    frame::events(sheet, time, &picture.events, (top, sheet.y));
}

fn grid(sheet: &mut Sheet, picture: &Picture, cells: &[Cell]) {
    const HEIGHT: Length = units(44);
    const NAMES: Length = units(38);
    let width = (WIDTH - MARGIN * 2 + GAP) / COLUMNS - GAP;
    let top = sheet.y;
    let count = i64::try_from(cells.len()).expect("there are few");
    for (cell, at) in cells.iter().zip(0..) {
        let left = MARGIN + (width + GAP) * (at % COLUMNS);
        let y = top + (NAMES + HEIGHT + units(14)) * (at / COLUMNS);
        let class = if cell.outcome.is_bad() { "bad" } else { "soft" };
        let name = lettering::fitted_bold(&cell.name, SMALL, width);
        sheet.text(
            "small strong text",
            (left, y + units(15)),
            Anchor::Start,
            name,
        );
        let remark = cell.outcome.remark();
        let short = remark.strip_prefix("fewest ").unwrap_or(&remark);
        let is_wide = lettering::width(&remark, SMALL) > width;
        let remark = lettering::fitted(if is_wide { short } else { &remark }, SMALL, width);
        let class = format!("small {class}");
        sheet.text(&class, (left, y + units(32)), Anchor::Start, remark);
        let time = TimeScale {
            from: picture.from,
            until: picture.until,
            left,
            width,
        };
        // There is no room for those on their way out, and they are the least of it.
        let staying = cell.pods.map(|pods| {
            pods::layers(Pods {
                terminating: 0,
                ..pods
            })
        });
        let spans = time.columns(&staying, pods::badness);
        let counts = CountScale {
            most: areas::most(&spans).max(1),
            bottom: y + NAMES + HEIGHT,
            height: HEIGHT,
        };
        areas::stacked(sheet, (&time, &counts), &spans, &pods::PAINTS, None);
        sheet.line("axis", (left, counts.bottom), (left + width, counts.bottom));
        floor(sheet, &time, &counts, &cell.outcome);
        frame::faint_events(sheet, &time, &picture.events, (counts.top(), counts.bottom));
        sheet.y = sheet.y.max(counts.bottom + units(14));
        if at + COLUMNS >= count {
            // Nothing is below it.
            ends(sheet, &time, counts.bottom);
        }
    }
    sheet.y += units(10);
}

/// The first and the last time of a small picture.
fn ends(sheet: &mut Sheet, time: &TimeScale, y: Length) {
    let step = clock::step(time.until - time.from, 4);
    let last = time.until.div_euclid(step) * step;
    for (at, anchor) in [(time.from, Anchor::Start), (last, Anchor::Middle)] {
        let x = time.x(at);
        let name = clock::mark(at, step);
        sheet.line("axis", (x, y), (x, y + units(4)));
        // Of the picture at the edge nothing must be cut.
        let is_over = x + lettering::width(&name, SMALL) / 2 > time.right();
        let (x, anchor) = if is_over && at == last {
            (time.right(), Anchor::End)
        } else {
            (x, anchor)
        };
        sheet.text("small soft", (x, y + units(18)), anchor, name);
    }
}

fn floor(sheet: &mut Sheet, time: &TimeScale, counts: &CountScale, outcome: &Outcome) {
    let Some(floor) = outcome.floor.filter(|floor| *floor > 0) else {
        return;
    };
    let y = counts.y(floor);
    sheet.fine_deadline(!outcome.is_bad(), (time.left, y), (time.right(), y));
}
