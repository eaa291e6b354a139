//! What every stage complains with: data with a place, printed only at the very end.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use crate::source::{Sources, Span};

/// How many of the things that could be meant are shown.
const MOST_CANDIDATES: usize = 5;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Probably wrong.
    Warning,
    /// Wrong: nothing is rendered unless it is asked for all the same.
    Error,
}

impl Severity {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A JSON pointer into the configuration (RFC 6901), and which half of an entry it means.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct Pointer {
    /// As RFC 6901 writes it: `/spec/workloads/0`, with `~` and `/` within a segment escaped.
    text: String,
    /// The key rather than the value.
    pub key: bool,
}

impl Pointer {
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes `/spec/workloads/0`.
    pub fn parse(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            key: false,
        }
    }

    #[must_use]
    pub fn child(&self, segment: impl fmt::Display) -> Self {
        // Room for most segments: a pointer is made for every workload, several times.
        let mut text = String::with_capacity(self.text.len() + 24);
        text.push_str(&self.text);
        text.push('/');
        let start = text.len();
        write!(text, "{segment}").expect("memory takes everything");
        if text[start..].contains(['~', '/']) {
            let escaped = text[start..].replace('~', "~0").replace('/', "~1");
            text.replace_range(start.., &escaped);
        }
        Self { text, key: false }
    }

    /// The pointer to what it lies in; the root is its own.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self::parse(&self.text[..self.text.rfind('/').unwrap_or(0)])
    }

    /// The same entry, meaning its key.
    #[must_use]
    pub fn at_key(mut self) -> Self {
        self.key = true;
        self
    }

    pub fn is_root(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it is `other`, or something in it.
    pub fn lies_in(&self, other: &Self) -> bool {
        let rest = self.text.strip_prefix(&other.text);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// How many segments it has.
    pub fn depth(&self) -> usize {
        self.text.matches('/').count()
    }

    /// The keys and numbers on the way, as they are in the document.
    pub fn segments(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.text.split('/').skip(1).map(|segment| {
            if segment.contains('~') {
                segment.replace("~1", "/").replace("~0", "~").into()
            } else {
                segment.into()
            }
        })
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule's id. For mistakes in the configuration itself: `syntax` (not YAML), `yaml` (YAML that readers read
    /// differently), `schema` and `config`; `format` where they are right and the format that was asked for cannot say it.
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    /// Where it is; none when it is nowhere in the files.
    pub place: Option<Span>,
    /// The same place as a path into the configuration, where it is one.
    pub pointer: Option<Pointer>,
    /// What the caret says.
    pub label: Option<String>,
    /// Other places that belong to it, each with what is there.
    pub related: Vec<(Span, String)>,
    /// How to get out of it.
    pub help: Vec<String>,
    /// What to write, where nothing else can be meant.
    pub fix: Option<Fix>,
}

/// Text to write in place of what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    pub place: Span,
    pub text: String,
}

impl Diagnostic {
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            place: None,
            pointer: None,
            label: None,
            related: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    #[must_use]
    pub fn at(mut self, place: Span) -> Self {
        self.place = Some(place);
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn related(mut self, place: Span, what: impl Into<String>) -> Self {
        self.related.push((place, what.into()));
        self
    }

    /// Milder than the rule's level.
    #[must_use]
    pub fn level(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    #[must_use]
    pub fn fix(mut self, place: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            place,
            text: text.into(),
        });
        self
    }

    /// Things that could be meant; the first few of them make the point.
    #[must_use]
    pub fn one_of(self, places: impl Iterator<Item = Span>) -> Self {
        places
            .take(MOST_CANDIDATES)
            .fold(self, |diagnostic, place| {
                diagnostic.related(place, "one of them")
            })
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// All findings of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    /// How many findings of a rule are not among them.
    left_out: BTreeMap<&'static str, usize>,
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

    /// Counts a finding that is not shown.
    pub fn leave_out(&mut self, rule: &'static str) {
        *self.left_out.entry(rule).or_default() += 1;
    }

    /// How many findings of which rules are not shown.
    pub fn left_out(&self) -> &BTreeMap<&'static str, usize> {
        &self.left_out
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
            (a.place, !is_ambiguous(a), &a.message).cmp(&(b.place, !is_ambiguous(b), &b.message))
        });
        self.diagnostics
            .dedup_by(|b, a| a.place == b.place && (a.message == b.message || is_ambiguous(a)));
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

/// What a run could not do at all, for a reason outside the configuration: a file that cannot be read or written, a
/// wrong argument.
#[derive(Debug)]
pub struct Failure {
    pub message: String,
    pub help: Option<String>,
}

impl Failure {
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: None,
        }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// `file:line:column` of a span.
pub fn position(sources: &Sources, span: Span) -> String {
    format!(
        "{}:{}",
        sources.get(span.source).name,
        sources.position(span)
    )
}
