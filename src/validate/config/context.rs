//! What every check of a configuration needs, and how it reports problems.

use crate::config::SpotConfig;
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::load::Document;
use crate::providers::Facts;
use crate::source::Span;
use crate::suggest::similar;
use crate::validate::holes::Holes;

/// Checks the parts of a configuration that belong to the components and the rules.
pub(crate) type Rest = fn(&mut Context<'_>);

/// Where something is. Computed only when there is a problem to report: large configurations are mostly correct.
pub(crate) type At<'a> = &'a dyn Fn() -> Pointer;

/// The state that every check needs.
pub(crate) struct Context<'a> {
    pub(crate) config: &'a SpotConfig,
    pub(crate) document: &'a Document<'a>,
    pub(crate) holes: &'a Holes,
    pub(crate) facts: &'static Facts,
    pub(crate) report: Report,
}

impl Context<'_> {
    pub(crate) fn locate(&self, pointer: &Pointer) -> Span {
        self.document.locate(pointer)
    }

    /// Reports a problem at a location.
    pub(crate) fn problem(
        &mut self,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let location = self.locate(pointer);
        self.report
            .push(Diagnostic::error("config", message).at(location).help(help));
    }

    /// Reports that something is missing at a location, unless a broken part was cut out there.
    pub(crate) fn missing(
        &mut self,
        pointer: &Pointer,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if !self.holes.within(self.document, pointer) {
            self.problem(pointer, message, help);
        }
    }

    /// Reports a second definition of the same thing.
    pub(crate) fn twice(&mut self, first: &Pointer, again: &Pointer, what: &str, help: &str) {
        let (mut first, mut again) = (first.clone(), again.clone());
        // What an alias stands for is written once: the alias itself is the second definition.
        while self.locate(&first) == self.locate(&again) && !again.is_root() {
            (first, again) = (first.parent(), again.parent());
        }
        let diagnostic = Diagnostic::error("config", format!("{what} is defined twice"))
            .at(self.locate(&again))
            .related(self.locate(&first), "first defined here")
            .help(help);
        self.report.push(diagnostic);
    }

    /// Reports a name that refers to nothing, unless the section that it refers to is broken itself.
    pub(crate) fn unknown(
        &mut self,
        pointer: &Pointer,
        what: &str,
        name: &str,
        known: &[&str],
        section: &Pointer,
    ) {
        if self.document.node(section).is_some() && self.holes.within(self.document, section) {
            return;
        }
        let help = match (similar(name, known.iter().copied()), known) {
            (Some(meant), _) => format!("did you mean `{meant}`?"),
            (None, []) => format!(
                "none is defined: add it under `{}`",
                section
                    .to_string()
                    .trim_start_matches('/')
                    .replace('/', ".")
            ),
            (None, known) => format!("known names: {}", known.join(", ")),
        };
        self.problem(pointer, format!("unknown {what} `{name}`"), help);
    }
}

/// The section `spec`.
pub(crate) fn spec() -> Pointer {
    Pointer::root().child("spec")
}
