//! Nodes by capacity, and placeholders, over time.

use super::areas;
use super::frame;
use super::legend;
use super::length::units;
use super::lives;
use super::names::Clear;
use super::paint::{
    BOOTING, DEAD, LEAVING, ON_DEMAND_NODE, PENDING, Paint, READY_ON_DEMAND, READY_ON_SPOT,
    SPOT_NODE,
};
use super::picture::Picture;
use super::pods;
use super::scale::TimeScale;
use super::sheet::Sheet;

pub(super) const PAINTS: [Paint; 5] = [SPOT_NODE, ON_DEMAND_NODE, BOOTING, LEAVING, DEAD];

pub(super) fn badness([_, _, booting, leaving, dead]: &[i64; 5]) -> i64 {
    2 * dead + leaving + booting
}

pub(super) fn nodes(sheet: &mut Sheet, time: &TimeScale, picture: &Picture) {
    let counts = lives::counts(&picture.pools);
    let spans = time.columns(&counts, badness);
    if counts.samples().is_empty() {
        sheet.heading("Nodes", "none");
        return;
    }
    sheet.heading("Nodes", "");
    legend::legend(sheet, &PAINTS);
    let top = sheet.y;
    let scale = frame::counts(sheet, time, units(110), areas::most(&spans));
    let clear = Clear::new(time, &picture.events, []);
    areas::stacked(sheet, (time, &scale), &spans, &PAINTS, Some(&clear));
    frame::events(sheet, time, &picture.events, (top, sheet.y));
    frame::times(sheet, time);
}

pub(super) fn placeholders(sheet: &mut Sheet, time: &TimeScale, picture: &Picture) {
    let Some(placeholders) = &picture.placeholders else {
        return;
    };
    let layers = placeholders.map(pods::layers);
    let spans = time.columns(&layers, pods::badness);
    sheet.heading(
        "Placeholders",
        "pods that hold room; they give way to workloads",
    );
    legend::legend(sheet, &[READY_ON_SPOT, READY_ON_DEMAND, PENDING]);
    let top = sheet.y;
    let scale = frame::counts(sheet, time, units(70), areas::most(&spans));
    let clear = Clear::new(time, &picture.events, []);
    areas::stacked(sheet, (time, &scale), &spans, &pods::PAINTS, Some(&clear));
    frame::events(sheet, time, &picture.events, (top, sheet.y));
    frame::times(sheet, time);
}
