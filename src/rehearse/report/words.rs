//! How verdicts and times are written, and in which colours.

use crate::rehearse::objectives::{Assertion, MIN_READY};
use crate::rehearse::told::Told;
use crate::reporters::Style;
use crate::simulate::verdict::Verdict;
use crate::values::span::span;

pub(super) const RED: &str = "\x1b[31m";
pub(super) const GREEN: &str = "\x1b[32m";
pub(super) const YELLOW: &str = "\x1b[33m";
const RESET: &str = "\x1b[0m";

pub(super) fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Converged => "converged",
        Verdict::Quiet => "quiet, short of the goal",
        Verdict::Loops => "loops",
        Verdict::Stuck => "stuck",
    }
}

pub(super) fn color(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Converged => GREEN,
        Verdict::Quiet => YELLOW,
        Verdict::Loops | Verdict::Stuck => RED,
    }
}

pub(super) fn painted(text: &str, color: &str, style: Style) -> String {
    if style.color {
        format!("{color}{text}{RESET}")
    } else {
        text.to_owned()
    }
}

pub(super) fn time(millis: Option<i64>) -> String {
    millis.map_or_else(|| "-".to_owned(), |millis| span(millis / 1000))
}

/// How much better an objective is met than it must be, or how far it is from that; none where that is not known.
pub(super) fn margin(own: &Assertion) -> Option<String> {
    let margin = own.margin?;
    let size = margin.abs();
    let is_of_pods = own.objective == MIN_READY;
    let (size, over) = match size {
        1 if is_of_pods => ("1 replica".to_owned(), "too few"),
        size if is_of_pods => (format!("{size} replicas"), "too few"),
        size => (span(size), "too long"),
    };
    let what = if margin < 0 { over } else { "to spare" };
    Some(format!("{size} {what}"))
}

/// A run with its seed, if it has one.
pub(super) fn named(told: &Told) -> String {
    match told.seed {
        Some(seed) => format!("{} #{seed}", told.name),
        None => told.name.clone(),
    }
}
