//! Writes fixes into the files that they are for, all of them or none.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use tempfile::NamedTempFile;

use super::messages::Messages;
use super::output::{beside, followed};
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
            print(&self.diff())?;
        } else {
            self.write()?;
        }
        if messages.verbosity() != Verbosity::Quiet {
            let fixed = if only_shows { "would fix" } else { "fixed" };
            let account = self.account(fixed, messages.verbosity().least());
            messages.lines(&account);
        }
        Ok(())
    }

    /// The name of each file that changes, with its text before and after.
    fn changes(&self) -> impl Iterator<Item = (&str, &str, &str)> {
        let sources = &self.fixed.inputs.sources;
        let changes = self.fixed.changed().into_iter().map(|id| {
            let before = self.before.get(id);
            let (name, text) = (before.name.as_str(), before.text.as_str());
            (name, text, sources.get(id).text.as_str())
        });
        changes.filter(|(_, before, after)| before != after)
    }

    fn diff(&self) -> String {
        let diffs = self.changes().map(|(name, before, after)| {
            let diff = TextDiff::from_lines(before, after);
            diff.unified_diff().header(name, name).to_string()
        });
        diffs.collect()
    }

    /// Replaces the files once all of them are written beside the old ones.
    fn write(&self) -> Result<(), Failure> {
        let mut paths = BTreeSet::new();
        let mut staged = Vec::new();
        for (name, before, after) in self.changes() {
            let path = stage_path(name, before)?;
            if !paths.insert(path.canonicalize().unwrap_or_else(|_| path.clone())) {
                return Err(Failure::new(format!("{name} is named twice"))
                    .help("name each file once, so that its fixes go into one text"));
            }
            let file = stage(&path, after)
                .map_err(|error| Failure::new(format!("cannot write {name}: {error}")))?;
            staged.push((file, path));
        }
        for (file, path) in staged {
            file.persist(&path).map_err(|error| {
                Failure::new(format!("cannot write {}: {}", path.display(), error.error))
                    .help("other files may already be fixed; run the command again")
            })?;
        }
        Ok(())
    }

    /// A line for each finding that is fixed, and why others of this level or worse are not.
    fn account(&self, fixed: &str, least: Severity) -> String {
        let mut lines = String::new();
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
            if finding.severity < least {
                continue;
            }
            let place = prefix(unfixed.place.as_deref());
            let _ = writeln!(lines, "{place}not fixed: {reason} [{}]", finding.rule);
        }
        lines
    }
}

fn prefix(place: Option<&str>) -> String {
    place.map_or_else(String::new, |place| format!("{place}: "))
}

/// The file to replace, if it is as it was read.
fn stage_path(name: &str, before: &str) -> Result<PathBuf, Failure> {
    let failure = |why: &dyn std::fmt::Display| Failure::new(format!("cannot fix {name}: {why}"));
    let path = followed(Path::new(name)).map_err(|error| failure(&error))?;
    let found = fs::metadata(&path).map_err(|error| failure(&error))?;
    if !found.is_file() {
        return Err(failure(&"it is not a regular file"));
    }
    // Another file could take its place, but nobody who protects a file wants that.
    if found.permissions().readonly() {
        return Err(failure(&"it is read-only").help("make it writable, or leave it out"));
    }
    let now = fs::read(&path).map_err(|error| failure(&error))?;
    if now != before.as_bytes() {
        return Err(failure(&"it was changed in the meantime").help("run the command again"));
    }
    Ok(path)
}

fn stage(path: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    let mut file = beside(path)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
