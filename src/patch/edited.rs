//! What comes of one part of the stream: its edits, and what was found in it.

use super::change::Change;
use super::doubts::Doubts;
use super::edit::{Edit, Editor};
use super::objects::{Object, PodSpec};
use super::text::Text;
use super::uneditable::Certain;
use super::{RULE, verify};
use crate::diagnostic::{Diagnostic, Pointer};
use crate::kubernetes;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Node, Parsed};

/// A change within a document.
#[derive(Debug)]
pub(super) struct Made {
    /// The number of the document in its part.
    pub(super) document: usize,
    /// Where in it.
    pub(super) pointer: Pointer,
    pub(super) change: Change,
}

/// What comes of one part of the stream.
pub(super) struct Edited<'t> {
    pub(super) text: Text<'t>,
    lines_before: usize,
    pub(super) doubts: Doubts,
    pub(super) edits: Vec<Edit>,
    /// What the edits are to come to, if it is to be verified.
    pub(super) made: Vec<Made>,
    pub(super) findings: Vec<Diagnostic>,
    /// Objects to put behind the part, each a document of its own.
    pub(super) behind: Vec<kubernetes::Object>,
}

impl<'t> Edited<'t> {
    pub(super) fn new(text: &'t str, lines_before: usize, parsed: &mut Parsed<'_>) -> Self {
        let text = Text::new(text);
        Self {
            doubts: Doubts::new(parsed, &text),
            text,
            lines_before,
            edits: Vec::new(),
            made: Vec::new(),
            findings: Vec::new(),
            behind: Vec::new(),
        }
    }

    /// The line of a place in the stream.
    pub(super) fn line(&self, place: Span) -> usize {
        self.lines_before + self.text.lines_before(place.start as usize) + 1
    }

    /// Edits a pod spec, and gives the change back.
    pub(super) fn change_pod_spec(
        &mut self,
        object: &Object<'_, '_>,
        pod_spec: &PodSpec<'_, '_>,
        change: Change,
    ) -> Certain<Change> {
        if change.is_empty() {
            return Ok(change);
        }
        object.is_on_its_own(&self.text, &self.doubts)?;
        let (last, before) = pod_spec
            .way
            .split_last()
            .expect("a way has at least one step");
        for (map, entry) in before {
            self.doubts.entry(&self.text, map, entry)?;
        }
        let mut editor = Editor::new(&self.text, &self.doubts);
        editor.entry(last.0, last.1, &change)?;
        let mut edits = editor.edits;
        self.edits.append(&mut edits);
        Ok(change)
    }

    /// Changes a document itself: the list that it is.
    pub(super) fn change_root(&mut self, document: &Node<'_>, change: &Change) -> Certain {
        let Change::Within(steps) = change else {
            return Ok(());
        };
        let mut editor = Editor::new(&self.text, &self.doubts);
        editor.steps(document, None, steps)?;
        let mut edits = editor.edits;
        self.edits.append(&mut edits);
        Ok(())
    }

    pub(super) fn put_behind(&mut self) {
        if self.behind.is_empty() {
            return;
        }
        let newline = self.text.newline();
        let mut insert = String::new();
        if self.text.ends_in_mid_line(self.text.str.len()) {
            insert.push_str(newline);
        }
        for object in &self.behind {
            let mut document = "---\n".to_owned();
            yaml::write(object, &mut document);
            insert.push_str(&document.replace('\n', newline));
        }
        self.edits.push(Edit {
            at: self.text.str.len(),
            delete: 0,
            insert,
        });
    }

    pub(super) fn verify(&mut self, source: SourceId, documents: &[Node<'_>]) {
        let verified = verify::verify(
            self.text.str,
            documents,
            &self.edits,
            &self.made,
            &self.behind,
        );
        if let Err(what) = verified {
            let message = format!("the result is not what was asked for: {what}");
            let finding = Diagnostic::error(RULE, message)
                .at(Span::new(source, 0, 0))
                .help("this is a mistake of spotgen's: please report it");
            self.findings.push(finding);
        }
    }
}
