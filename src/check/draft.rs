//! A finding on its way: it is complete when it says what removes it.

use serde_json::Value as Json;

use super::fixes::unreachable;
use crate::components::observe::Place;
use crate::diagnostic::{Diagnostic, Edit, Fix, NoFix, Pointer, Severity};
use crate::source::Span;

/// A finding that does not say yet what removes it.
#[derive(Debug)]
pub(in crate::check) struct Draft {
    diagnostic: Diagnostic,
    /// Where it is in the configuration, if it is there.
    pointer: Option<Pointer>,
    /// Where an object has it in the stead of the configuration.
    place: Option<Place>,
    shown: Shown,
}

/// Which findings somebody will see: saying everything about the others takes work for nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown {
    /// Those of this level or worse.
    pub(super) least: Severity,
    /// Whether warnings are; otherwise they are only counted.
    pub(super) warnings: bool,
}

impl Shown {
    fn has(self, severity: Severity) -> bool {
        severity >= self.least && (severity != Severity::Warning || self.warnings)
    }
}

impl Draft {
    pub(super) fn new(diagnostic: Diagnostic, shown: Shown) -> Self {
        Self {
            diagnostic,
            pointer: None,
            place: None,
            shown,
        }
    }

    /// Where a value is written in its stead.
    pub(super) fn fixed_at(self, pointer: Option<Pointer>, place: Option<Place>) -> Self {
        Self {
            pointer,
            place,
            ..self
        }
    }

    /// Milder than the rule's level.
    pub(super) fn level(self, severity: Severity) -> Self {
        self.change(|diagnostic| diagnostic.level(severity))
    }

    pub(super) fn help(self, help: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.help(help))
    }

    pub(super) fn related(self, location: Span, what: impl Into<String>) -> Self {
        self.change(|diagnostic| diagnostic.related(location, what))
    }

    /// What removes it.
    pub(super) fn fix(self, fix: Fix) -> Complete {
        Complete(Diagnostic {
            fix: Ok(fix),
            ..self.diagnostic
        })
    }

    /// Why no machine can tell what removes it.
    pub(super) fn no_fix(self, reason: &'static str) -> Complete {
        Complete(Diagnostic {
            fix: Err(NoFix(reason)),
            ..self.diagnostic
        })
    }

    /// What removes it, or why no machine can tell.
    pub(super) fn cure(self, cure: Result<Fix, &'static str>) -> Complete {
        match cure {
            Ok(fix) => self.fix(fix),
            Err(reason) => self.no_fix(reason),
        }
    }

    /// All that there is to say, where saying it takes work that is not worth it for what is only counted. The level is
    /// not changed any more.
    pub(super) fn in_full(self, complete: impl FnOnce(Self) -> Complete) -> Complete {
        if self.shown.has(self.diagnostic.severity) {
            complete(self)
        } else {
            self.no_fix("nobody sees it")
        }
    }

    /// The one value that can be meant, in place of what is there. It is shown beside the finding.
    pub(super) fn replace(self, location: Span, text: impl Into<String>) -> Complete {
        let text = text.into();
        let value = serde_json::from_str(&text);
        let value = value.unwrap_or_else(|_| Json::from(text.as_str()));
        let fix = match (self.pointer.clone(), self.place.clone()) {
            (Some(pointer), _) => Ok(Fix::set(pointer, value)),
            (None, place) => {
                let pointer = Pointer::root();
                let edit = place.and_then(|place| place.edit(Edit::Set { pointer, value }));
                let edit = edit.ok_or(unreachable::NO_PLACE);
                edit.map(|edit| Fix::Manifest(vec![edit]))
            }
        };
        let Complete(diagnostic) = self.cure(fix);
        Complete(diagnostic.replacement(location, text))
    }

    fn change(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        Self {
            diagnostic: change(self.diagnostic),
            ..self
        }
    }
}

/// A finding that says what removes it. Only a draft becomes one.
#[derive(Debug)]
pub(in crate::check) struct Complete(Diagnostic);

impl Complete {
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self(self.0.help(help))
    }

    /// What removes it, where the one value is only a part of that.
    pub(super) fn together_with(self, cure: Result<Fix, &'static str>) -> Self {
        Self(Diagnostic {
            fix: cure.map_err(NoFix),
            ..self.0
        })
    }

    /// What else removes it: the fix is one of several ways.
    pub(super) fn choice(self, other: &'static str) -> Self {
        Self(Diagnostic {
            choice: self.0.fix.is_ok().then_some(other),
            ..self.0
        })
    }

    pub(super) fn into_diagnostic(self) -> Diagnostic {
        self.0
    }
}
