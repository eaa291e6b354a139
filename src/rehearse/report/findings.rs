//! What is wrong, and what ends it.

use std::fmt::Write as _;

use super::words::{named, word};
use crate::rehearse::class::Finding;
use crate::rehearse::told::Told;
use crate::reporters::Style;
use crate::simulate::verdict::Verdict;
use crate::values::wrap::wrapped;

/// Workloads of a finding that are named.
const SHOWN_NAMES: usize = 6;

/// Scenarios that a finding names at most.
const SHOWN: usize = 20;

/// A finding of several runs, which is the same in all of them but for its figures.
struct Gathered<'a> {
    first: &'a Finding,
    /// What the first of them comes to.
    verdict: Verdict,
    has_other_figures: bool,
    runs: Vec<String>,
}

/// What is wrong, each once.
pub(super) fn gathered(out: &mut String, told: &[Told], style: Style) {
    let mut all: Vec<Gathered<'_>> = Vec::new();
    let found = told
        .iter()
        .flat_map(|own| own.findings.iter().map(move |finding| (own, finding)));
    for (own, finding) in found {
        match all.iter_mut().find(|known| is_one(known.first, finding)) {
            Some(known) => {
                known.has_other_figures |= known.first.message != finding.message;
                known.runs.push(named(own));
            }
            None => all.push(Gathered {
                first: finding,
                verdict: own.outcome.verdict,
                has_other_figures: false,
                runs: vec![named(own)],
            }),
        }
    }
    for own in all {
        let shown = own.runs.len().min(SHOWN);
        let more = match own.runs.len() - shown {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let _ = writeln!(out, "{}{more}", own.runs[..shown].join(", "));
        let mut finding = own.first.clone();
        if own.has_other_figures {
            let figures = format!(" (in {}; elsewhere the figures differ)", own.runs[0]);
            finding.message.push_str(&figures);
        }
        findings(out, &[finding], own.verdict, style);
    }
}

/// Whether two findings are one but for their figures: the same words, place, and way out.
fn is_one(one: &Finding, other: &Finding) -> bool {
    let words = |finding: &Finding| -> String {
        let words = finding.message.split(' ');
        words
            .filter(|word| !word.bytes().any(|byte| byte.is_ascii_digit()))
            .map(|word| word.trim_end_matches('s'))
            .collect()
    };
    (one.class, &one.cause, one.rule, &one.changes)
        == (other.class, &other.cause, other.rule, &other.changes)
        && words(one) == words(other)
}

/// Indented, and broken where the terminal ends.
fn put(out: &mut String, indent: usize, text: &str, style: Style) {
    let text = match style.width {
        Some(width) => wrapped(text, width, indent, indent),
        None => text.to_owned(),
    };
    let _ = writeln!(out, "{:indent$}{text}", "");
}

/// `now` is what the scenario comes to without a change.
pub(super) fn findings(out: &mut String, all: &[Finding], now: Verdict, style: Style) {
    let mut put = |indent: usize, text: &str| put(out, indent, text, style);
    for own in all {
        put(2, &format!("[{}] {}", own.class.name(), own.message));
        if !own.workloads.is_empty() {
            let mut names = own.workloads.clone();
            names.truncate(SHOWN_NAMES);
            let more = match own.workloads.len() - names.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            put(4, &format!("workloads: {}{more}", names.join(", ")));
        }
        for event in &own.events {
            put(6, event);
        }
        if let Some(cause) = &own.cause {
            put(4, &format!("cause: {cause}"));
        }
        if let Some(rule) = own.rule {
            put(4, &format!("read: spotgen explain {rule}"));
        }
        for change in &own.changes {
            let (what, then) = (change.words(), word(change.verdict));
            let tried = if change.verdict == now && now != Verdict::Converged {
                format!("tried: {what} ends this; the verdict is still: {then}")
            } else {
                format!("tried: with {what} the verdict is: {then}")
            };
            put(4, &tried);
        }
        if let Some(why) = &own.no_change {
            put(4, &format!("no change is offered: {why}"));
        }
    }
    if !all.is_empty() {
        out.push('\n');
    }
}

/// What ends several findings.
pub(super) fn together(out: &mut String, told: &Told, style: Style) {
    if let Some(change) = &told.together {
        let (what, then) = (change.words(), word(change.verdict));
        let tried = format!("tried together: with {what} the verdict is: {then}");
        put(out, 2, &tried, style);
        out.push('\n');
    }
}
