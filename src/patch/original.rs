//! A part of the stream before any edit.

use super::above::Above;
use super::doubts::Doubts;
use super::text::Text;
use crate::diagnostic::Diagnostic;
use crate::load;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, ListStyles, Node};

pub(super) struct Original<'t> {
    pub(super) text: Text<'t>,
    /// Usually one document.
    pub(super) documents: Vec<Node<'t>>,
    pub(super) doubts: Doubts,
    /// Whether it is known to be free of problems, anchors and merge keys.
    pub(super) is_skimmed: bool,
    lines_before: usize,
}

impl<'t> Original<'t> {
    /// # Errors
    /// When it is not valid YAML.
    pub(super) fn read(
        source: SourceId,
        text: &'t str,
        lines_before: usize,
        above: &'t Above,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut parsed = yaml::parse(source, text, Dialect::Manifest);
        let fatal = parsed.problems.iter().filter(|problem| problem.is_fatal);
        let fatal: Vec<Diagnostic> = fatal.cloned().map(load::syntax).collect();
        if !fatal.is_empty() {
            return Err(fatal);
        }
        let text = Text::below(above, text).with_lists(parsed.lists.unwrap_or_default());
        Ok(Self {
            doubts: Doubts::new(&mut parsed, &text),
            documents: parsed.documents,
            text,
            is_skimmed: false,
            lines_before,
        })
    }

    /// A text without problems, of which nothing is read yet.
    pub(super) fn skimmed(text: &'t str, lines_before: usize, above: &'t Above) -> Self {
        Self {
            text: Text::below(above, text),
            documents: Vec::new(),
            doubts: Doubts::default(),
            is_skimmed: true,
            lines_before,
        }
    }

    /// The same with its document, and the lists in that.
    pub(super) fn with_document(mut self, document: Node<'t>, lists: ListStyles) -> Self {
        self.documents.push(document);
        self.text = self.text.with_lists(lists);
        self
    }

    /// The line number of a location in the stream.
    pub(super) fn line(&self, location: Span) -> usize {
        self.lines_before + self.text.lines_before(location.start as usize) + 1
    }
}
