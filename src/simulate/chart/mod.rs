//! The picture of a run: one SVG file for a scenario, or one HTML page for several.
//!
//! `picture` is what is to be shown, as plain data; everything else draws it. The same data gives the same bytes: all
//! lengths are whole numbers of tenths.

mod areas;
mod clock;
mod colours;
mod drawing;
mod flags;
mod folded;
mod frame;
mod head;
mod lanes;
mod legend;
mod length;
mod lettering;
mod lives;
mod marks;
mod names;
mod nodes;
mod outcome;
mod page;
mod paint;
mod picture;
mod pods;
mod scale;
mod sheet;
mod steps;
#[cfg(test)]
mod tests;
mod workloads;
mod xml;

pub use drawing::svg;
pub use page::html;
pub use picture::{
    Act, Capacity, Event, Figure, Line, Mark, Node, Objective, Picture, Pods, Pool, Stage, Verdict,
    Workload,
};
pub use steps::Steps;
