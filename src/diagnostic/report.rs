//! All findings of a run.

use std::collections::BTreeMap;

use super::finding::Diagnostic;
use super::severity::Severity;

/// All findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    /// How many warnings of a rule are not among them.
    left_out: BTreeMap<&'static str, usize>,
}

/// How many warnings of each rule a report keeps; the others are counted. Thousands of workloads may share one.
#[derive(Clone, Copy, Debug)]
pub struct Limit(pub usize);

impl Limit {
    pub const NONE: Self = Self(usize::MAX);
}

impl Report {
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub fn extend(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        for (rule, count) in other.left_out {
            *self.left_out.entry(rule).or_default() += count;
        }
    }

    /// Leaves the first warnings of each rule, and counts the others.
    pub fn cut(&mut self, limit: Limit) {
        let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
        let left_out = &mut self.left_out;
        self.diagnostics.retain(|diagnostic| {
            if diagnostic.severity != Severity::Warning {
                return true;
            }
            let count = counts.entry(diagnostic.rule).or_default();
            *count += 1;
            if *count > limit.0 {
                *left_out.entry(diagnostic.rule).or_default() += 1;
            }
            *count <= limit.0
        });
    }

    /// Counts a warning that is not kept.
    pub fn leave_out(&mut self, rule: &'static str) {
        *self.left_out.entry(rule).or_default() += 1;
    }

    /// How many warnings of which rules are not kept.
    pub fn left_out(&self) -> &BTreeMap<&'static str, usize> {
        &self.left_out
    }

    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    pub fn has_errors(&self) -> bool {
        self.has(Severity::Error)
    }

    /// Whether there is a finding of this level.
    pub fn has(&self, severity: Severity) -> bool {
        self.count(severity) > 0
    }

    /// Whether something in it is not YAML: then there was nothing to work with.
    pub fn is_unreadable(&self) -> bool {
        self.diagnostics
            .iter()
            .any(|diagnostic| diagnostic.rule == "syntax")
    }

    /// How many findings there are of this level.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.severity == severity)
            .count()
    }

    /// Keeps what `keep` wants.
    pub fn retain(&mut self, keep: impl FnMut(&Diagnostic) -> bool) {
        self.diagnostics.retain(keep);
    }

    /// Keeps the findings of the rules that `keep` wants.
    pub fn retain_rules(&mut self, keep: impl Fn(&'static str) -> bool) {
        self.diagnostics.retain(|diagnostic| keep(diagnostic.rule));
        self.left_out.retain(|rule, _| keep(rule));
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Diagnostic> {
        self.diagnostics.iter_mut()
    }

    /// In the order in which a reader goes through the files; what has no place comes first. The same mistake at the
    /// same place is said once, and of text with two meanings nothing but that.
    pub fn sort(&mut self) {
        let is_ambiguous = |diagnostic: &Diagnostic| diagnostic.rule == "yaml";
        self.diagnostics.sort_by(|a, b| {
            (a.location, !is_ambiguous(a), &a.message).cmp(&(
                b.location,
                !is_ambiguous(b),
                &b.message,
            ))
        });
        self.diagnostics
            .dedup_by(|b, a| a == b || a.location == b.location && is_ambiguous(a));
    }
}

impl From<Diagnostic> for Report {
    fn from(diagnostic: Diagnostic) -> Self {
        Self {
            diagnostics: vec![diagnostic],
            ..Self::default()
        }
    }
}

impl IntoIterator for Report {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.diagnostics.into_iter()
    }
}

impl FromIterator<Diagnostic> for Report {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self {
            diagnostics: diagnostics.into_iter().collect(),
            ..Self::default()
        }
    }
}
