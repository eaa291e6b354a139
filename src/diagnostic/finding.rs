//! One finding.

use super::fix::{Fix, NoFix};
use super::pointer::Pointer;
use super::severity::Severity;
use crate::source::{SourceId, Span};

/// How many of the things that could be meant are shown.
const MOST_CANDIDATES: usize = 5;

#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// The rule's id. For mistakes in the configuration itself: `syntax` (not YAML), `yaml` (YAML that readers read
    /// differently), `schema` and `config`; `format` where they are right and the format that was asked for cannot say it.
    pub rule: &'static str,
    pub severity: Severity,
    pub message: String,
    /// Where it is; none when it is nowhere in the files.
    pub location: Option<Span>,
    /// The same place as a path into the configuration, where it is one.
    pub pointer: Option<Pointer>,
    /// What the caret says.
    pub label: Option<String>,
    /// Other places that belong to it, each with what is there.
    pub related: Vec<(Span, String)>,
    /// How to get out of it.
    pub help: Vec<String>,
    /// What to write, where nothing else can be meant.
    pub replacement: Option<Replacement>,
    /// What removes it, as data; of a mistake in the input only its author can tell.
    pub fix: Result<Fix, NoFix>,
    /// What else removes it, where the fix is one of several ways: then nobody applies it unasked.
    pub choice: Option<&'static str>,
}

/// Text to write in place of what is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    pub location: Span,
    pub text: String,
}

impl Diagnostic {
    pub fn error(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Error,
            message: message.into(),
            location: None,
            pointer: None,
            label: None,
            related: Vec::new(),
            help: Vec::new(),
            replacement: None,
            fix: Err(NoFix("only its author knows what was meant")),
            choice: None,
        }
    }

    /// Moves its places in texts from the number `first` on behind so many other texts.
    pub fn renumber(&mut self, first: SourceId, behind: u16) {
        let moved = |span: &mut Span| {
            if span.source >= first {
                span.source.0 = span.source.0.saturating_add(behind);
            }
        };
        self.location.iter_mut().for_each(moved);
        self.related
            .iter_mut()
            .map(|(span, _)| span)
            .for_each(moved);
        let replacement = self.replacement.iter_mut();
        replacement.map(|own| &mut own.location).for_each(moved);
        if let Ok(Fix::Manifest(edits)) = &mut self.fix {
            edits
                .iter_mut()
                .map(|edit| &mut edit.object)
                .for_each(moved);
        }
    }

    #[must_use]
    pub fn at(mut self, location: Span) -> Self {
        self.location = Some(location);
        self
    }

    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    #[must_use]
    pub fn related(mut self, location: Span, what: impl Into<String>) -> Self {
        self.related.push((location, what.into()));
        self
    }

    /// Milder than the rule's level.
    #[must_use]
    pub fn level(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    #[must_use]
    pub fn replacement(mut self, location: Span, text: impl Into<String>) -> Self {
        self.replacement = Some(Replacement {
            location,
            text: text.into(),
        });
        self
    }

    /// What to write, in words: a value of the configuration with its key.
    pub fn spoken_replacement(&self) -> Option<String> {
        let text = &self.replacement.as_ref()?.text;
        let pointer = self.pointer.as_ref();
        let mut keys = pointer.into_iter().flat_map(Pointer::segments);
        let (mut above, mut last) = (None, None);
        for key in &mut keys {
            above = last.replace(key);
        }
        Some(match (above.as_deref(), last.as_deref()) {
            // `spot` alone could be a section of a pool.
            (Some("placement"), Some("spot")) => format!("set `placement: {{spot: {text}}}`"),
            (_, Some(key)) if key.parse::<usize>().is_err() => format!("set `{key}: {text}`"),
            _ => format!("write `{text}`"),
        })
    }

    /// Things that could be meant; the first few of them make the point.
    #[must_use]
    pub fn one_of(self, locations: impl Iterator<Item = Span>) -> Self {
        locations
            .take(MOST_CANDIDATES)
            .fold(self, |diagnostic, location| {
                diagnostic.related(location, "one of them")
            })
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}
