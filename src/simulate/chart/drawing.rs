//! The whole picture as SVG.

use super::colours;
use super::folded;
use super::head;
use super::lanes;
use super::length::{Length, units};
use super::marks;
use super::nodes;
use super::picture::Picture;
use super::pods;
use super::scale::TimeScale;
use super::sheet::{GUTTER, MARGIN, Sheet, WIDTH};
use super::workloads;
use super::xml::{Attributes, Xml};

/// One scenario as an SVG file that needs nothing else.
pub fn svg(picture: &Picture) -> String {
    let sheet = drawn(picture, "");
    let height = sheet.y + BELOW;
    let mut xml = Xml::default();
    open(&mut xml, &sheet, picture, (Length(0), height));
    xml.open("style", &[]);
    xml.raw(&colours::style_sheet());
    xml.close("style");
    colours::patterns(&mut xml, |name| sheet.id(name));
    paper(&mut xml, (Length(0), height));
    xml.raw(sheet.xml.written());
    xml.close("svg");
    xml.finish()
}

/// One scenario as several SVG elements for a page that has the style sheet, so that a printer can begin a new sheet
/// between them. The page has no other picture with this prefix.
pub(super) fn parts(picture: &Picture, prefix: &str) -> String {
    let sheet = drawn(picture, prefix);
    let written = sheet.xml.written();
    let tops = sheet.parts.iter().map(|part| (part.top, part.written));
    let starts = [(Length(0), 0)].into_iter().chain(tops.clone());
    let ends = tops.chain([(sheet.y + BELOW, written.len())]);
    let mut xml = Xml::default();
    for (at, ((top, from), (bottom, until))) in starts.zip(ends).enumerate() {
        match at.checked_sub(1).map(|at| &sheet.parts[at].name) {
            None => {
                open(&mut xml, &sheet, picture, (top, bottom));
                colours::patterns(&mut xml, |name| sheet.id(name));
            }
            Some(name) => {
                let (view, height) = view((top, bottom));
                xml.open(
                    "svg",
                    &[
                        ("viewBox", &view),
                        ("width", &WIDTH),
                        ("height", &height),
                        ("role", &"img"),
                        ("aria-label", name),
                    ],
                );
            }
        }
        paper(&mut xml, (top, bottom));
        xml.raw(&written[from..until]);
        xml.close("svg");
    }
    xml.finish()
}

const BELOW: Length = units(24);

fn drawn(picture: &Picture, prefix: &str) -> Sheet {
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
        _ if nodes == 0 => {}
        _ if nodes <= lanes::NAMED => lanes::named(&mut sheet, &time, picture),
        Some(thickness) => lanes::thin(&mut sheet, &time, picture, thickness),
        None => folded::folded(&mut sheet, &time, picture),
    }
    workloads::workloads(&mut sheet, &time, picture);
    sheet
}

fn open(xml: &mut Xml, sheet: &Sheet, picture: &Picture, (top, bottom): (Length, Length)) {
    let (title, text) = (sheet.id("title"), sheet.id("description"));
    let ((view, height), labels) = (view((top, bottom)), format!("{title} {text}"));
    xml.open(
        "svg",
        &[
            ("xmlns", &"http://www.w3.org/2000/svg"),
            ("viewBox", &view),
            ("width", &WIDTH),
            ("height", &height),
            ("style", &"width:100%;height:auto"),
            ("role", &"img"),
            ("aria-labelledby", &labels),
        ],
    );
    xml.text("title", &[("id", &title)], head::title(picture));
    xml.text("desc", &[("id", &text)], description(picture));
}

fn view((top, bottom): (Length, Length)) -> (String, Length) {
    let height = bottom - top;
    (format!("0 {top} {WIDTH} {height}"), height)
}

fn paper(xml: &mut Xml, (top, bottom): (Length, Length)) {
    let height = bottom - top;
    let attributes: Attributes = &[
        ("class", &"paper"),
        ("y", &top),
        ("width", &WIDTH),
        ("height", &height),
    ];
    xml.empty("rect", attributes);
}

/// What the picture says, for those who cannot see it.
fn description(picture: &Picture) -> String {
    let (verdict, _) = head::word(picture.verdict);
    let causes = picture.causes.iter().map(|cause| format!("Cause: {cause}"));
    let figures = picture.figures.iter();
    let figures = figures.map(|figure| format!("{}: {}", figure.name, figure.value));
    let objectives = picture.objectives.iter().map(|objective| {
        format!(
            "{}: {}, {}",
            objective.name,
            objective.word(),
            objective.margin
        )
    });
    let parts = [verdict.to_owned(), picture.verdict_line.clone()].into_iter();
    let parts = parts.chain(causes).chain(figures).chain(objectives);
    parts
        .filter_map(|part| sentence(&part))
        .collect::<Vec<_>>()
        .join(" ")
}

/// With a capital, and a full stop; none for nothing.
fn sentence(text: &str) -> Option<String> {
    let mut letters = text.chars();
    let first = letters.next()?;
    let stop = if text.ends_with('.') { "" } else { "." };
    Some(format!(
        "{}{}{stop}",
        first.to_uppercase(),
        letters.as_str()
    ))
}
