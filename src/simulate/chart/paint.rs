//! What fills an area, and what it stands for.

use std::fmt::Display;

use super::length::Length;
use super::sheet::Sheet;

/// Something that a picture shows, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Paint {
    pub(super) name: &'static str,
    fill: Fill,
    /// A line of this class around it, so that the thinnest is still seen.
    outline: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fill {
    Class(&'static str),
    Pattern(&'static str),
    /// A pattern over what a class fills.
    Both(&'static str, &'static str),
}

impl Paint {
    const fn new(name: &'static str, fill: Fill) -> Self {
        let outline = None;
        Self {
            name,
            fill,
            outline,
        }
    }

    pub(super) const fn without_outline(self) -> Self {
        let outline = None;
        Self { outline, ..self }
    }

    const fn outlined(self, class: &'static str) -> Self {
        let outline = Some(class);
        Self { outline, ..self }
    }
}

pub(super) const READY_ON_SPOT: Paint = Paint::new("ready on Spot", Fill::Class("spot"));
pub(super) const READY_ON_DEMAND: Paint =
    Paint::new("ready on on-demand", Fill::Class("on-demand")).outlined("edge on-demand-line");
pub(super) const STARTING: Paint = Paint::new("starting", Fill::Pattern("starting"));
/// The API still calls it ready.
pub(super) const DEAD_POD: Paint =
    Paint::new("dead with its machine", Fill::Pattern("dead")).outlined("outline gone-line");
pub(super) const TERMINATING: Paint =
    Paint::new("terminating", Fill::Pattern("terminating")).outlined("outline gone-line");
pub(super) const PENDING: Paint =
    Paint::new("pending", Fill::Pattern("pending")).outlined("outline alarm-line");

pub(super) const SPOT_NODE: Paint = Paint::new("Spot", Fill::Class("spot"));
pub(super) const ON_DEMAND_NODE: Paint =
    Paint::new("on-demand", Fill::Class("on-demand")).outlined("edge on-demand-line");
pub(super) const READY_NODE_ON_SPOT: Paint = Paint::new("ready, Spot", Fill::Class("spot"));
pub(super) const READY_NODE_ON_DEMAND: Paint =
    Paint::new("ready, on-demand", Fill::Class("on-demand")).outlined("edge on-demand-line");
pub(super) const BOOTING: Paint = Paint::new("booting", Fill::Pattern("starting"));
pub(super) const CORDONED_SPOT: Paint =
    Paint::new("cordoned", Fill::Both("spot", "cordoned")).outlined("outline alarm-line");
pub(super) const CORDONED_ON_DEMAND: Paint =
    Paint::new("cordoned", Fill::Both("on-demand", "cordoned")).outlined("outline alarm-line");
pub(super) const NOTICED: Paint = Paint::new("notice", Fill::Class("alarm"));
pub(super) const DRAINING: Paint =
    Paint::new("draining", Fill::Pattern("pending")).outlined("outline alarm-line");
pub(super) const DEAD: Paint =
    Paint::new("dead", Fill::Pattern("dead")).outlined("outline gone-line");
/// Nodes that are about to go or have gone, where they are only counted.
pub(super) const LEAVING: Paint =
    Paint::new("cordoned, noticed or draining", Fill::Pattern("pending"))
        .outlined("outline alarm-line");

impl Sheet {
    pub(super) fn area(&mut self, paint: Paint, path: &str, title: impl Display) {
        let fills: [Option<(&str, String)>; 2] = match paint.fill {
            Fill::Class(class) => [Some(("class", class.to_owned())), None],
            Fill::Pattern(name) => [Some(("fill", self.pattern(name))), None],
            Fill::Both(class, name) => [
                Some(("class", class.to_owned())),
                Some(("fill", self.pattern(name))),
            ],
        };
        for (key, value) in fills.iter().flatten() {
            self.xml
                .titled("path", &[(key, value), ("d", &path)], &title);
        }
        if let Some(class) = paint.outline {
            self.xml.empty("path", &[("class", &class), ("d", &path)]);
        }
    }

    pub(super) fn bar(
        &mut self,
        paint: Paint,
        (left, top): (Length, Length),
        (right, bottom): (Length, Length),
        title: impl Display,
    ) {
        let path = format!("M{left} {top}H{right}V{bottom}H{left}Z");
        self.area(paint, &path, title);
    }
}
