//! What the descheduler has against a policy, each at its place.

use super::plugins;
use crate::diagnostic::Severity;
use crate::source::Span;
use crate::yaml::{Entry, Value};

/// A fault of a policy. With an error, the whole policy has no effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub level: Severity,
    pub text: String,
    /// In the text of the policy: what is wrong, or the smallest thing that lacks what is missing; none: the policy.
    pub at: Option<Span>,
    /// The key to correct, where it is one.
    pub key: Option<String>,
    /// The first release that takes it, where it is only too new.
    pub since: Option<(u16, u16)>,
    /// What is wrong with the name of a plugin, where that is it.
    pub name: Option<WrongName>,
}

/// A name that no plugin has that is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongName {
    Misspelled,
    /// An image may have it compiled in.
    Unknown,
}

impl Fault {
    fn new(level: Severity, at: Option<Span>, text: impl Into<String>) -> Self {
        Self {
            level,
            text: text.into(),
            at,
            key: None,
            since: None,
            name: None,
        }
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Faults<'t> {
    text: &'t str,
    pub(super) all: Vec<Fault>,
    /// What releases before the given one do not take.
    pub(super) new: Vec<Fault>,
}

impl<'t> Faults<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, level: Severity, at: Option<Span>, text: impl Into<String>) {
        self.all.push(Fault::new(level, at, text));
    }

    pub(super) fn error(&mut self, at: Span, text: impl Into<String>) {
        self.add(Severity::Error, Some(at), text);
    }

    /// A name that no plugin has.
    pub(super) fn unknown_plugin(&mut self, at: Span, name: &str) {
        let meant = plugins::meant(name);
        let hint = meant.map(|meant| format!("; did you mean `{meant}`?"));
        let text = format!("there is no plugin `{name}`{}", hint.unwrap_or_default());
        let fault = Fault::new(Severity::Error, Some(at), text);
        self.all.push(Fault {
            name: Some(if meant.is_some() {
                WrongName::Misspelled
            } else {
                WrongName::Unknown
            }),
            ..fault
        });
    }

    /// One in an entry: its key is what has to be corrected.
    pub(super) fn at_entry(&mut self, level: Severity, entry: &Entry<'_>, text: impl Into<String>) {
        let fault = Fault::new(level, Some(self.line(entry)), text);
        self.all.push(Fault {
            key: Some(entry.key.to_string()),
            ..fault
        });
    }

    /// A key that needs a release.
    pub(super) fn needs(&mut self, level: Severity, entry: &Entry<'_>, since: (u16, u16)) {
        let text = format!("`{}`", entry.key);
        let fault = Fault::new(level, Some(self.line(entry)), text);
        self.new.push(Fault {
            key: Some(entry.key.to_string()),
            since: Some(since),
            ..fault
        });
    }

    pub(super) fn line(&self, entry: &Entry<'_>) -> Span {
        line(self.text, entry)
    }
}

/// An entry, where it is short; the key of one that is longer.
pub(crate) fn line(text: &str, entry: &Entry<'_>) -> Span {
    /// More is no longer read at one glance.
    const MOST: u32 = 100;
    let whole = Span {
        end: entry.value.span.end.max(entry.key_span.end),
        ..entry.key_span
    };
    let is_long = |span: Span| {
        let slice = text.get(span.start as usize..span.end as usize);
        slice.is_none_or(|slice| slice.contains('\n')) || span.end - span.start > MOST
    };
    // A merged value stands elsewhere.
    let is_elsewhere = entry.value.span.start < entry.key_span.end;
    if matches!(entry.value.value, Value::Null) || is_elsewhere || is_long(whole) {
        entry.key_span
    } else {
        whole
    }
}
