//! Differences in words, for people.

use std::fmt::Write as _;

use serde_json::Value as Json;
use similar::TextDiff;

use super::change::{Change, Differences, Ending, Fate, Kind, ObjectChange, PoolChange, Removal};
use super::fixed::{Refused, delete};
use crate::reporters::Style;
use crate::values::words::quoted;
use crate::yaml;

/// A value that is longer is written on lines of its own.
const SHORT: usize = 60;

/// What an item of the list begins with, and its color.
#[derive(Clone, Copy)]
enum Mark {
    Added,
    Changed,
    Removed,
    Other,
}

impl Mark {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Added => Self::Added,
            Kind::Changed | Kind::Layout => Self::Changed,
            Kind::Removed => Self::Removed,
        }
    }

    fn parts(self) -> (char, &'static str) {
        match self {
            Self::Added => ('+', "32"),
            Self::Changed => ('~', "33"),
            Self::Removed => ('-', "31"),
            Self::Other => (' ', "36"),
        }
    }
}

/// Everything that differs, by object and by field, with a closing count.
pub fn words(differences: &Differences, style: Style) -> String {
    let mut out = Out {
        text: String::new(),
        is_colored: style.color,
        is_long: false,
    };
    for object in &differences.objects {
        out.paragraph(|out| out.object(object));
    }
    for pool in &differences.pools {
        out.paragraph(|out| out.pool(pool));
    }
    if !differences.autoscaler.is_empty() {
        out.paragraph(|out| {
            out.title(Mark::Changed, "cluster autoscaler");
            out.changes(&differences.autoscaler);
        });
    }
    if !out.text.is_empty() {
        out.text.push('\n');
    }
    out.text.push_str(&summary(differences));
    out.text
}

fn summary(differences: &Differences) -> String {
    let compared = differences.compared;
    let objects = if compared == 1 { "object" } else { "objects" };
    if differences.is_empty() {
        return format!("no differences in {compared} {objects}\n");
    }
    let [added, changed, removed] = differences.counts();
    let mut text = format!(
        "{compared} {objects} compared: {added} added, {changed} changed, {removed} no longer generated"
    );
    let pools = differences.pools.len();
    if pools > 0 {
        let s = if pools == 1 { "" } else { "s" };
        let _ = write!(
            text,
            "; {pools} node pool{s} differ{}",
            if pools == 1 { "s" } else { "" }
        );
    }
    if !differences.autoscaler.is_empty() {
        text.push_str("; the settings of the autoscaler differ");
    }
    text.push('\n');
    text
}

struct Out {
    text: String,
    is_colored: bool,
    /// Whether what was written last has more than a title.
    is_long: bool,
}

impl Out {
    /// Writes what is about one thing: with space around it if it has more than a line.
    fn paragraph(&mut self, write: impl FnOnce(&mut Self)) {
        let start = self.text.len();
        write(self);
        let lines = self.text[start..].lines().count();
        if start > 0 && lines > 0 && (self.is_long || lines > 1) {
            self.text.insert(start, '\n');
        }
        if lines > 0 {
            self.is_long = lines > 1;
        }
    }

    fn object(&mut self, object: &ObjectChange) {
        let identity = &object.identity;
        match &object.fate {
            Fate::Added => self.title(Mark::Added, &format!("{identity}: is new")),
            Fate::Changed => self.title(Mark::Changed, &identity.to_string()),
            // Only who manages it is worth a line.
            Fate::Unchanged if object.owners.is_empty() && object.ending.is_none() => (),
            Fate::Unchanged => self.title(Mark::Other, &format!("{identity}: no difference")),
            Fate::Removed(removal) => self.removed(object, removal),
        }
        if let Some(ending) = object.ending.filter(|_| !object.is_removed()) {
            self.note(&ending.words(identity));
        }
        for owner in &object.owners {
            self.note(&owner.words());
        }
        self.changes(&object.changes);
    }

    /// An object that is no longer generated. What is being deleted already needs neither a prune nor a command.
    fn removed(&mut self, object: &ObjectChange, removal: &Removal) {
        let identity = &object.identity;
        let what = match (object.ending, removal) {
            (Some(Ending::Object), _) => ", and is being deleted",
            (Some(Ending::Namespace), _) => ", and is being deleted with its namespace",
            (None, Removal::NoLongerGenerated) => ", and stays in the cluster until it is pruned",
            (None, Removal::Pruned) => ": a prune would delete it",
            (None, Removal::Left(why)) => &format!("; {why}"),
        };
        self.title(
            Mark::Removed,
            &format!("{identity}: is no longer generated{what}"),
        );
        if object.ending.is_none() && matches!(removal, Removal::Left(_)) {
            self.note(&format!("to delete it: {}", delete(identity)));
        }
    }

    fn pool(&mut self, pool: &PoolChange) {
        let name = &pool.name;
        match pool.kind {
            Kind::Added => self.title(Mark::Added, &format!("node pool {name}: is new")),
            Kind::Removed => self.title(
                Mark::Removed,
                &format!("node pool {name}: has left the configuration; spotgen deletes no pools"),
            ),
            Kind::Changed | Kind::Layout => {
                self.title(Mark::Changed, &format!("node pool {name}"));
            }
        }
        self.changes(&pool.changes);
    }

    fn changes(&mut self, changes: &[Change]) {
        for (at, change) in changes.iter().enumerate() {
            self.change(change);
            // One way for all changes that it is the way for.
            let next = changes.get(at + 1).and_then(|next| next.fixed.as_ref());
            if let Some(fixed) = change.fixed.as_ref().filter(|own| next != Some(own)) {
                let what = match fixed.refused {
                    Refused::Always => "cannot be changed in place",
                    Refused::ServerSide => "cannot be changed by `kubectl apply --server-side`",
                };
                self.line(4, Mark::Removed, what, &format!(": {}", fixed.way));
            }
        }
    }

    fn change(&mut self, change: &Change) {
        let (sign, _) = Mark::of(change.kind).parts();
        let mut field = change.path.to_string();
        if let Some(within) = &change.within {
            let _ = write!(field, " > {within}");
        }
        let by = match change.set_by.as_slice() {
            [] => String::new(),
            names => format!(" (set by {})", quoted(names)),
        };
        let mark = Mark::of(change.kind);
        let head = format!("{sign} {field}");
        match (change.kind, &change.old, &change.new) {
            (Kind::Layout, ..) => {
                self.line(
                    2,
                    mark,
                    &head,
                    &format!(": the same values, with other comments or layout{by}"),
                );
            }
            (_, Some(Json::String(old)), Some(Json::String(new)))
                if is_long(old) || is_long(new) =>
            {
                self.line(2, mark, &head, &format!(":{by}"));
                self.lines(old, new);
            }
            (_, Some(old), Some(new)) => {
                if let (Some(old), Some(new)) = (short(old), short(new)) {
                    self.line(2, mark, &head, &format!(": {old} → {new}{by}"));
                    return;
                }
                self.line(2, mark, &head, &format!(":{by}"));
                self.block(Mark::Removed, old);
                self.block(Mark::Added, new);
            }
            (_, Some(value), None) | (_, None, Some(value)) => {
                if let Some(value) = short(value) {
                    self.line(2, mark, &head, &format!(": {value}{by}"));
                    return;
                }
                self.line(2, mark, &head, &format!(":{by}"));
                self.block(mark, value);
            }
            (_, None, None) => self.line(2, mark, &head, &by),
        }
    }

    /// The lines in which two texts differ, with their numbers.
    fn lines(&mut self, old: &str, new: &str) {
        let diff = TextDiff::from_lines(old, new);
        for change in diff.iter_all_changes() {
            let (mark, index) = match change.tag() {
                similar::ChangeTag::Equal => continue,
                similar::ChangeTag::Delete => (Mark::Removed, change.old_index()),
                similar::ChangeTag::Insert => (Mark::Added, change.new_index()),
            };
            let number = index.unwrap_or_default() + 1;
            let text = change.value().trim_end_matches(['\n', '\r']);
            let line = format!("{} line {number}: {text}", mark.parts().0);
            self.line(6, mark, &line, "");
        }
    }

    /// A value on lines of its own.
    fn block(&mut self, mark: Mark, value: &Json) {
        let mut text = String::new();
        yaml::write(value, &mut text);
        for line in text.lines() {
            let line = format!("{} {line}", mark.parts().0);
            self.line(6, mark, &line, "");
        }
    }

    fn note(&mut self, text: &str) {
        self.line(4, Mark::Other, "", text);
    }

    fn title(&mut self, mark: Mark, text: &str) {
        let (sign, _) = mark.parts();
        self.line(0, mark, &format!("{sign} {text}"), "");
    }

    fn line(&mut self, indent: usize, mark: Mark, colored: &str, rest: &str) {
        let colored = visible(colored);
        let rest = visible(rest);
        let _ = match mark.parts() {
            (_, color) if self.is_colored && !colored.is_empty() => writeln!(
                self.text,
                "{:indent$}\u{1b}[{color}m{colored}\u{1b}[0m{rest}",
                ""
            ),
            _ => writeln!(self.text, "{:indent$}{colored}{rest}", ""),
        };
    }
}

/// Other people's values must not write to the terminal.
fn visible(text: &str) -> String {
    let is_control = |char: char| char.is_control() && char != '\t';
    let shown = text.chars().map(|char| match char {
        _ if is_control(char) => char.escape_default().to_string(),
        _ => char.to_string(),
    });
    shown.collect()
}

fn is_long(text: &str) -> bool {
    text.contains('\n')
}

/// A value in one line, if it is short enough.
fn short(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => yaml::scalar(text).into_owned(),
        other => other.to_string(),
    };
    let is_short = value.is_string() || text.chars().count() <= SHORT;
    (is_short && !is_long(&text)).then_some(text)
}
