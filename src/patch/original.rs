//! A part of the stream before any edit.

use super::doubts::Doubts;
use super::list_style::Style;
use super::text::Text;
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Node};

pub(super) struct Original<'t> {
    pub(super) text: Text<'t>,
    /// Usually one document.
    pub(super) documents: Vec<Node<'t>>,
    pub(super) doubts: Doubts,
    lines_before: usize,
}

impl<'t> Original<'t> {
    /// # Errors
    /// When it is not valid YAML.
    pub(super) fn read(
        source: SourceId,
        text: &'t str,
        lines_before: usize,
        style_of_file: Option<Style>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut parsed = yaml::parse(source, text, Dialect::Manifest);
        let fatal = parsed.problems.iter().filter(|problem| problem.is_fatal);
        let fatal: Vec<Diagnostic> = fatal.cloned().map(load::syntax).collect();
        if !fatal.is_empty() {
            return Err(fatal);
        }
        let text = Text::in_file(text, style_of_file);
        Ok(Self {
            doubts: Doubts::new(&mut parsed, &text),
            documents: parsed.documents,
            text,
            lines_before,
        })
    }

    /// The line number of a location in the stream.
    pub(super) fn line(&self, location: Span) -> usize {
        self.lines_before + self.text.lines_before(location.start as usize) + 1
    }
}
