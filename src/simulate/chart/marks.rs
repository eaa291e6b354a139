//! Who moves pods, and when.

use std::collections::BTreeMap;

use super::clock;
use super::frame;
use super::length::{Length, units};
use super::lettering;
use super::picture::{Act, Picture};
use super::scale::TimeScale;
use super::sheet::{Anchor, GUTTER, MARGIN, Sheet};

const HEADING: &str = "Pods evicted, preempted or killed";
/// What is closer together than this is one bar.
const BIN: Length = units(4);
const ROW: Length = units(30);
const TALLEST: Length = units(24);

/// Each with the name of its row, what a mark says, and its class: nobody asked the pods of the last two.
const ACTS: [(Act, &str, &str, &str); 9] = [
    (
        Act::EvictedByHandler,
        "handler",
        "evicted by the termination handler",
        "text",
    ),
    (
        Act::EvictedByCloud,
        "cloud",
        "evicted by the cloud's own drain",
        "text",
    ),
    (
        Act::StoppedByKubelet,
        "kubelet",
        "stopped by the kubelet as it shut down",
        "text",
    ),
    (
        Act::EvictedByUpgrade,
        "upgrade",
        "evicted by an upgrade of their node",
        "text",
    ),
    (
        Act::EvictedByAutoscaler,
        "autoscaler",
        "evicted by the cluster autoscaler",
        "text",
    ),
    (
        Act::EvictedByDescheduler,
        "descheduler",
        "evicted by the descheduler",
        "text",
    ),
    (
        Act::EvictedByTaint,
        "taint",
        "deleted because of a taint",
        "text",
    ),
    (Act::Preempted, "preempted", "preempted", "alarm"),
    (Act::Killed, "killed", "killed without their grace", "alarm"),
];

pub(super) fn marks(sheet: &mut Sheet, time: &TimeScale, picture: &Picture) {
    let mut bins: BTreeMap<(Act, i64), i64> = BTreeMap::new();
    let mut totals: BTreeMap<Act, i64> = BTreeMap::new();
    for mark in picture.marks.iter().filter(|mark| time.shows(mark.at)) {
        let bin = (time.x(mark.at) - time.left).0 / BIN.0;
        *bins.entry((mark.act, bin)).or_default() += 1;
        *totals.entry(mark.act).or_default() += 1;
    }
    let Some(most) = bins.values().copied().max() else {
        sheet.heading(HEADING, "none");
        return;
    };
    let span = (time.until - time.from) * BIN.0 / time.width.0.max(1);
    let pods = if most == 1 {
        "1 pod".to_owned()
    } else {
        format!("{most} pods")
    };
    let remark = format!("the tallest mark: {pods} within {}", clock::duration(span));
    sheet.heading(HEADING, &remark);
    let top = sheet.y;
    for (act, name, title, class) in ACTS {
        let Some(total) = totals.get(&act) else {
            continue;
        };
        let bottom = sheet.y + ROW - units(2);
        sheet.text(
            "small text",
            (MARGIN, bottom - units(5)),
            Anchor::Start,
            name,
        );
        let place = (GUTTER - units(8), bottom - units(5));
        sheet.text(
            "small strong text",
            place,
            Anchor::End,
            lettering::number(*total),
        );
        sheet.line("grid", (time.left, bottom), (time.right(), bottom));
        for ((_, bin), count) in bins.range((act, i64::MIN)..=(act, i64::MAX)) {
            let height = TALLEST.share(*count, most).max(units(5));
            let left = (time.left + BIN * *bin).min(time.right() - units(3));
            let path = format!("M{left} {bottom}v-{height}h3V{bottom}Z");
            let title = format_args!("{count} {title}");
            sheet
                .xml
                .titled("path", &[("class", &class), ("d", &path)], title);
        }
        sheet.y += ROW;
    }
    frame::events(sheet, time, &picture.events, (top, sheet.y));
    frame::times(sheet, time);
}
