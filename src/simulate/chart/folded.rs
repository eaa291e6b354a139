//! The nodes of each pool counted, where there are too many for lanes.

use super::areas;
use super::frame;
use super::lanes;
use super::legend;
use super::length::units;
use super::lives;
use super::names::Clear;
use super::nodes;
use super::picture::{Picture, Pool};
use super::scale::TimeScale;
use super::sheet::{Anchor, GUTTER, Sheet};

/// So many pools have a picture each; the smaller ones share the last.
const POOLS: usize = 12;

pub(super) fn folded(sheet: &mut Sheet, time: &TimeScale, picture: &Picture) {
    sheet.heading(
        "Nodes of each pool",
        "counted: there are too many for a line each",
    );
    legend::legend(sheet, &nodes::PAINTS);
    let mut by_size: Vec<usize> = (0..picture.pools.len()).collect();
    by_size.sort_by_key(|at| std::cmp::Reverse(picture.pools[*at].nodes.len()));
    let kept = if by_size.len() > POOLS {
        POOLS - 1
    } else {
        by_size.len()
    };
    let (large, small) = by_size.split_at(kept);
    // In the order of the configuration.
    let pools = picture.pools.iter().enumerate();
    for (_, pool) in pools.filter(|(at, _)| large.contains(at)) {
        lanes::title(sheet, pool);
        counted(sheet, time, picture, &[pool]);
    }
    if !small.is_empty() {
        let pools: Vec<&Pool> = small.iter().map(|at| &picture.pools[*at]).collect();
        let count: usize = pools.iter().map(|pool| pool.nodes.len()).sum();
        sheet.y += units(20);
        let title = format!("{} smaller pools: {count} nodes in all", pools.len());
        sheet.text("small strong text", (GUTTER, sheet.y), Anchor::Start, title);
        sheet.y += units(6);
        counted(sheet, time, picture, &pools);
    }
    frame::times(sheet, time);
}

fn counted(sheet: &mut Sheet, time: &TimeScale, picture: &Picture, pools: &[&Pool]) {
    let counts = lives::counts(pools.iter().copied());
    let spans = time.columns(&counts, nodes::badness);
    let top = sheet.y;
    let scale = frame::counts(sheet, time, units(64), areas::most(&spans));
    let clear = Clear::new(time, &picture.events, []);
    areas::stacked(sheet, (time, &scale), &spans, &nodes::PAINTS, Some(&clear));
    frame::events(sheet, time, &picture.events, (top, sheet.y));
}
