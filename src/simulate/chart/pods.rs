//! Pods over time, by where they are.

use super::areas;
use super::flags;
use super::frame;
use super::length::{Length, units};
use super::legend;
use super::lettering;
use super::paint::{ENDING, PENDING, Paint, READY_ON_DEMAND, READY_ON_SPOT, STARTING};
use super::picture::{Line, Objective, Picture, Pods};
use super::scale::{CountScale, TimeScale};
use super::sheet::{Anchor, SMALL, Sheet};
use super::steps::Steps;

/// From the bottom up: what is ready can be measured from there, and what is pending lies in front, where it is drawn
/// last.
pub(super) const PAINTS: [Paint; 5] = [READY_ON_SPOT, READY_ON_DEMAND, STARTING, ENDING, PENDING];

pub(super) fn layers(pods: Pods) -> [i64; 5] {
    [
        pods.ready_on_spot,
        pods.ready_on_demand,
        pods.starting,
        pods.dead + pods.terminating,
        pods.pending,
    ]
}

/// Of two moments, the worse has more pods that serve nobody; pending ones are the worst.
pub(super) fn badness(layers: &[i64; 5]) -> i64 {
    let [_, _, starting, ending, pending] = layers;
    2 * pending + starting + ending
}

/// All workloads together, below the names of the events.
pub(super) fn all(sheet: &mut Sheet, time: &TimeScale, picture: &Picture, all: &Steps<[i64; 5]>) {
    let height = units(200);
    let count = picture.workloads.len();
    let remark = match count {
        1 => "1 workload".to_owned(),
        _ => format!("{count} workloads together"),
    };
    sheet.heading("Pods, by where they are", &remark);
    legend::legend(sheet, &PAINTS);
    flags::flags(sheet, time, &picture.events, &picture.objectives, height);
    let spans = time.columns(all, badness);
    let top = sheet.y;
    let lines = picture.objectives.iter().map(|objective| match objective.line {
        Line::Ready(count) => count,
        Line::By(_) | Line::Nowhere => 0,
    });
    let most = lines.chain([areas::most(&spans)]).max().unwrap_or(0);
    let counts = frame::counts(sheet, time, height, most);
    areas::stacked(sheet, (time, &counts), &spans, &PAINTS, true);
    frame::events(sheet, time, &picture.events, (top, sheet.y));
    for objective in &picture.objectives {
        floor(sheet, time, &counts, objective);
    }
    frame::times(sheet, time);
}

fn floor(sheet: &mut Sheet, time: &TimeScale, counts: &CountScale, objective: &Objective) {
    let Line::Ready(count) = objective.line else {
        return;
    };
    let (class, line, word) = match objective.is_met {
        true => ("good", "deadline good-line", "met"),
        false => ("bad", "deadline alarm-line", "missed"),
    };
    let y = counts.y(count);
    sheet.line(line, (time.left, y), (time.right(), y));
    let text = format!("{}: {word}", objective.name);
    let text = lettering::fitted(&text, SMALL, Length(time.width.0 / 2));
    let class = format!("small strong halo {class}");
    let place = (time.right() - units(6), y - units(6));
    sheet.text(&class, place, Anchor::End, text);
}
