//! What a picture is drawn on, from the top down.

use std::fmt::Display;

use super::length::{Length, units};
use super::xml::{Attributes, Xml};

pub(super) const WIDTH: Length = units(1000);
/// Between the edge and what is drawn.
pub(super) const MARGIN: Length = units(24);
/// Names of rows and numbers of axes stand left of this.
pub(super) const GUTTER: Length = units(164);
/// Sizes of text in units: at 800 pixels, one unit is 0.8 pixels.
pub(super) const SMALL: i64 = 13;
pub(super) const PLAIN: i64 = 14;

pub(super) struct Sheet {
    pub(super) xml: Xml,
    /// How far down it is used.
    pub(super) y: Length,
    /// What the names of patterns begin with: several pictures can stand in one document.
    prefix: String,
    /// Where its parts begin, with the name of each.
    pub(super) parts: Vec<Part>,
}

/// What belongs together from here on, up to the next.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) top: Length,
    /// How much had been written before.
    pub(super) written: usize,
}

/// How a text lies to its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Sheet {
    pub(super) fn new(prefix: &str) -> Self {
        Self {
            xml: Xml::default(),
            y: Length::default(),
            prefix: prefix.to_owned(),
            parts: Vec::new(),
        }
    }

    /// The name of an element that others refer to.
    pub(super) fn id(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A value for `fill`.
    pub(super) fn pattern(&self, name: &str) -> String {
        format!("url(#{}{name})", self.prefix)
    }

    pub(super) fn text(
        &mut self,
        class: &str,
        (x, y): (Length, Length),
        anchor: Anchor,
        text: impl Display,
    ) {
        let side = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " middle",
            Anchor::End => " end",
        };
        let class = format!("{class}{side}");
        let attributes: Attributes = &[("class", &class), ("x", &x), ("y", &y)];
        self.xml.text("text", attributes, text);
    }

    pub(super) fn line(
        &mut self,
        class: &str,
        (x1, y1): (Length, Length),
        (x2, y2): (Length, Length),
    ) {
        let path = format!("M{x1} {y1}L{x2} {y2}");
        self.xml.empty("path", &[("class", &class), ("d", &path)]);
    }

    /// A line for what is to be reached, to be seen on any area.
    pub(super) fn deadline(&mut self, is_met: bool, from: (Length, Length), to: (Length, Length)) {
        self.line("halo under", from, to);
        let class = if is_met {
            "deadline good-line"
        } else {
            "deadline alarm-line"
        };
        self.line(class, from, to);
    }

    /// The same in a small picture.
    pub(super) fn fine_deadline(
        &mut self,
        is_met: bool,
        from: (Length, Length),
        to: (Length, Length),
    ) {
        self.line("halo under fine", from, to);
        let class = if is_met {
            "deadline fine good-line"
        } else {
            "deadline fine alarm-line"
        };
        self.line(class, from, to);
    }

    /// What follows can stand on a page of its own.
    pub(super) fn part(&mut self, name: &str) {
        self.parts.push(Part {
            name: name.to_owned(),
            top: self.y + units(10),
            written: self.xml.written().len(),
        });
    }

    /// The name of what follows, and what it says about it.
    pub(super) fn heading(&mut self, name: &str, remark: &str) {
        self.part(name);
        self.y += units(32);
        self.text("heading text", (MARGIN, self.y), Anchor::Start, name);
        if !remark.is_empty() {
            self.text("small soft", (WIDTH - MARGIN, self.y), Anchor::End, remark);
        }
        self.y += units(10);
    }
}
