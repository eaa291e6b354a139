//! Pods over time, by where they are.

use super::areas;
use super::flags;
use super::frame;
use super::legend;
use super::length::units;
use super::lettering;
use super::names::Clear;
use super::paint::{
    DEAD_POD, PENDING, Paint, READY_ON_DEMAND, READY_ON_SPOT, STARTING, TERMINATING,
};
use super::picture::{Line, Objective, Picture, Pods};
use super::scale::{CountScale, TimeScale};
use super::sheet::{Anchor, SMALL, Sheet};
use super::steps::Steps;

/// From the bottom up: what is ready can be measured from there, up to what is pending there are as many as there
/// should be, and those that are on their way out come on top.
pub(super) const PAINTS: [Paint; 6] = [
    READY_ON_SPOT,
    READY_ON_DEMAND,
    STARTING,
    DEAD_POD,
    PENDING,
    TERMINATING,
];

pub(super) fn layers(pods: Pods) -> [i64; 6] {
    [
        pods.ready_on_spot,
        pods.ready_on_demand,
        pods.starting,
        pods.dead,
        pods.pending,
        pods.terminating,
    ]
}

/// Of two moments, the worse has more pods that serve nobody; pending and dead ones are the worst.
pub(super) fn badness([_, _, starting, dead, pending, _]: &[i64; 6]) -> i64 {
    2 * (pending + dead) + starting
}

/// All workloads together, below the names of the events.
pub(super) fn all(sheet: &mut Sheet, time: &TimeScale, picture: &Picture, all: &Steps<[i64; 6]>) {
    let remark = match picture.workloads.len() {
        0 => "no workload".to_owned(),
        1 => "1 workload".to_owned(),
        count => format!("{count} workloads together"),
    };
    sheet.heading("Pods, by where they are", &remark);
    legend::legend(sheet, &PAINTS);
    flags::flags(sheet, time, &picture.events, &picture.objectives);
    let spans = time.columns(all, badness);
    let top = sheet.y;
    let floors = picture.objectives.iter().filter_map(floor);
    let most = floors.clone().chain([areas::most(&spans)]).max();
    let counts = frame::counts(sheet, time, units(200), most.unwrap_or(0));
    let floors = floors.map(|count| counts.y(count));
    let clear = Clear::new(time, &picture.events, floors);
    areas::stacked(sheet, (time, &counts), &spans, &PAINTS, Some(&clear));
    frame::events(sheet, time, &picture.events, (top, sheet.y));
    for objective in &picture.objectives {
        line(sheet, (time, &counts), objective);
    }
    frame::times(sheet, time);
}

fn floor(objective: &Objective) -> Option<i64> {
    match objective.line {
        Line::Ready(count) => Some(count),
        Line::By(_) | Line::Nowhere => None,
    }
}

fn line(sheet: &mut Sheet, (time, counts): (&TimeScale, &CountScale), objective: &Objective) {
    match objective.line {
        Line::By(at) if time.shows(at) => {
            let x = time.x(at);
            sheet.deadline(objective.is_met, (x, counts.top()), (x, counts.bottom));
        }
        Line::Ready(count) => {
            let y = counts.y(count);
            sheet.deadline(objective.is_met, (time.left, y), (time.right(), y));
            let text = format!("{}: {}", objective.name, objective.word());
            let text = lettering::fitted_bold(&text, SMALL, time.width / 2);
            let class = if objective.is_met { "good" } else { "bad" };
            let class = format!("small strong halo {class}");
            let place = (time.right() - units(6), y - units(6));
            sheet.text(&class, place, Anchor::End, text);
        }
        Line::By(_) | Line::Nowhere => {}
    }
}
