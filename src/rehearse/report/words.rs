//! How verdicts and times are written, and in which colours.

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

/// A time for a column of a table: `1h30m`, `4m12s`, `30s`.
pub(super) fn brief(millis: Option<i64>) -> String {
    let Some(millis) = millis else {
        return "-".to_owned();
    };
    let seconds = millis / 1000;
    match (seconds / 3600, seconds % 3600 / 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, 0) => format!("{minutes}m"),
        (0, minutes, seconds) => format!("{minutes}m{seconds}s"),
        (hours, 0, _) => format!("{hours}h"),
        (hours, minutes, _) => format!("{hours}h{minutes}m"),
    }
}

pub(super) fn time(millis: Option<i64>) -> String {
    millis.map_or_else(|| "-".to_owned(), |millis| span(millis / 1000))
}
