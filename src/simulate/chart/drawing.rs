//! The whole picture as SVG.

use super::colours;
use super::folded;
use super::head;
use super::lanes;
use super::length::units;
use super::marks;
use super::nodes;
use super::picture::Picture;
use super::pods;
use super::scale::TimeScale;
use super::sheet::{GUTTER, MARGIN, Sheet, WIDTH};
use super::workloads;
use super::xml::Xml;

/// Where a picture stands decides whether it needs a style sheet of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'a> {
    Alone,
    /// In a page that has the style sheet, under a prefix that no other picture of it has.
    Page(&'a str),
}

/// One scenario as an SVG file that needs nothing else.
pub fn svg(picture: &Picture) -> String {
    drawn(picture, Place::Alone)
}

pub(super) fn drawn(picture: &Picture, place: Place) -> String {
    let prefix = match place {
        Place::Alone => "",
        Place::Page(prefix) => prefix,
    };
    let mut sheet = Sheet::new(prefix);
    let time = TimeScale {
        from: picture.from,
        until: picture.until.max(picture.from + 1),
        left: GUTTER,
        width: WIDTH - MARGIN - GUTTER,
    };
    head::head(&mut sheet, picture);
    let all = workloads::together(&picture.workloads).map(pods::layers);
    pods::all(&mut sheet, &time, picture, &all);
    marks::marks(&mut sheet, &time, picture);
    nodes::nodes(&mut sheet, &time, picture);
    nodes::placeholders(&mut sheet, &time, picture);
    let nodes: usize = picture.pools.iter().map(|pool| pool.nodes.len()).sum();
    match lanes::thickness(picture) {
        _ if nodes <= lanes::NAMED => lanes::named(&mut sheet, &time, picture),
        Some(thickness) => lanes::thin(&mut sheet, &time, picture, thickness),
        None => folded::folded(&mut sheet, &time, picture),
    }
    workloads::workloads(&mut sheet, &time, picture);
    framed(&sheet, picture, place)
}

fn framed(sheet: &Sheet, picture: &Picture, place: Place) -> String {
    let mut xml = Xml::default();
    let height = sheet.y + units(24);
    let (title, text) = (sheet.id("title"), sheet.id("description"));
    let (view, labels) = (format!("0 0 {WIDTH} {height}"), format!("{title} {text}"));
    xml.open("svg", &[
        ("xmlns", &"http://www.w3.org/2000/svg"),
        ("viewBox", &view),
        ("width", &WIDTH),
        ("height", &height),
        ("style", &"width:100%;height:auto"),
        ("role", &"img"),
        ("aria-labelledby", &labels),
    ]);
    xml.text("title", &[("id", &title)], head::title(picture));
    xml.text("desc", &[("id", &text)], description(picture));
    if place == Place::Alone {
        xml.open("style", &[]);
        xml.raw(&colours::style_sheet());
        xml.close("style");
    }
    colours::patterns(&mut xml, |name| sheet.id(name));
    xml.empty("rect", &[("class", &"paper"), ("width", &WIDTH), ("height", &height)]);
    xml.raw(sheet.xml.written());
    xml.close("svg");
    xml.finish()
}

/// What the picture says, for those who cannot see it.
fn description(picture: &Picture) -> String {
    let (verdict, _) = head::word(picture.verdict);
    let causes = picture.causes.iter().map(|cause| format!("Cause: {cause}"));
    let figures = picture.figures.iter();
    let figures = figures.map(|figure| format!("{}: {}.", figure.name, figure.value));
    let objectives = picture.objectives.iter().map(|objective| {
        let word = if objective.is_met { "met" } else { "missed" };
        format!("{}: {word}, {}.", objective.name, objective.margin)
    });
    let parts = [format!("{verdict}. {}", picture.verdict_line)].into_iter();
    let parts = parts.chain(causes).chain(figures).chain(objectives);
    parts.collect::<Vec<_>>().join(" ")
}
