//! Writes fixes into the files that they are for, all of them or none.

use std::fmt::Write as _;

use super::messages::Messages;
use super::replacing::{self, Replaced};
use super::stdout::print;
use crate::diagnostic::{Failure, Report, Severity};
use crate::fix::{self, Fixed};
use crate::load::Inputs;
use crate::reporters::Verbosity;
use crate::source::{STDIN, Sources};

/// The fixes of a report, before they are written.
pub(super) struct Fixes<'i> {
    before: &'i Sources,
    pub(super) fixed: Fixed,
}

impl<'i> Fixes<'i> {
    pub(super) fn of(
        inputs: &'i Inputs,
        report: &Report,
        check: impl Fn(&Inputs) -> Report,
    ) -> Result<Self, Failure> {
        let mut sources = inputs.sources.iter();
        if sources.any(|(_, source)| source.name == STDIN) {
            return Err(Failure::new("stdin cannot be fixed: it is not a file")
                .help("name files instead of `-`"));
        }
        Ok(Self {
            before: &inputs.sources,
            fixed: fix::settle(inputs, report, check),
        })
    }

    /// Writes the files, or prints how they would change, and says what is fixed.
    pub(super) fn deliver(&self, only_shows: bool, messages: &mut Messages) -> Result<(), Failure> {
        if only_shows {
            print(&replacing::diff(&self.changes()))?;
        } else {
            replacing::replace("fix", &self.changes())?;
        }
        if messages.verbosity() != Verbosity::Quiet {
            let account = self.account(only_shows, messages.verbosity().least());
            messages.lines(&account);
        }
        Ok(())
    }

    /// The files that change.
    fn changes(&self) -> Vec<Replaced<'_>> {
        let sources = &self.fixed.inputs.sources;
        let changed = self.fixed.changed().into_iter().map(|id| {
            let before = self.before.get(id);
            Replaced {
                name: &before.name,
                before: &before.text,
                after: &sources.get(id).text,
            }
        });
        changed.filter(|file| file.before != file.after).collect()
    }

    /// A line for each finding that is fixed, and why others of this level or worse are not. What is still there is where
    /// the files now have it.
    fn account(&self, only_shows: bool, least: Severity) -> String {
        let mut lines = String::new();
        let fixed = if only_shows { "would fix" } else { "fixed" };
        for done in &self.fixed.fixed {
            let (place, finding) = (prefix(done.place.as_deref()), &done.finding);
            let _ = writeln!(
                lines,
                "{place}{fixed}: {} [{}]",
                finding.message, finding.rule
            );
        }
        for unfixed in &self.fixed.unfixed {
            let fix::Unfixed {
                finding, reason, ..
            } = unfixed;
            let now = if only_shows {
                &unfixed.place_before
            } else {
                &unfixed.place
            };
            if finding.severity < least {
                continue;
            }
            let place = prefix(now.as_deref());
            let _ = writeln!(lines, "{place}not fixed: {reason} [{}]", finding.rule);
        }
        lines
    }
}

fn prefix(place: Option<&str>) -> String {
    place.map_or_else(String::new, |place| format!("{place}: "))
}
