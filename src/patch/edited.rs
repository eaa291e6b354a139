//! What comes of one part of the stream: its edits, and what was found in it.

use super::RULE;
use super::change::Change;
use super::edit::{Edit, Editor, Uneditable};
use super::objects::{Object, PodSpec};
use super::text::Text;
use super::verify;
use crate::diagnostic::{Diagnostic, Report};
use crate::load;
use crate::source::{SourceId, Span};
use crate::yaml::{Node, Problem};

/// A change within a document.
#[derive(Debug)]
pub(super) struct Made {
    /// The number of the document in its part.
    pub(super) document: usize,
    /// Numbers of items in lists, and then keys, that lead to what is changed.
    pub(super) items: Vec<usize>,
    pub(super) keys: Vec<String>,
    pub(super) change: Change,
}

/// What comes of one part of the stream.
pub(super) struct Edited<'t> {
    pub(super) text: Text<'t>,
    lines_before: usize,
    problems: Vec<Problem>,
    /// The first of each pair of keys that are written twice.
    duplicates: Vec<Span>,
    pub(super) edits: Vec<Edit>,
    pub(super) made: Vec<Made>,
    pub(super) findings: Vec<Diagnostic>,
    /// Documents to put behind the part.
    pub(super) behind: String,
}

impl<'t> Edited<'t> {
    pub(super) fn new(text: &'t str, lines_before: usize, problems: Vec<Problem>) -> Self {
        let related = problems
            .iter()
            .filter_map(|problem| problem.related.as_ref());
        Self {
            text: Text(text),
            lines_before,
            duplicates: related.map(|(place, _)| *place).collect(),
            problems,
            edits: Vec::new(),
            made: Vec::new(),
            findings: Vec::new(),
            behind: String::new(),
        }
    }

    /// What keeps the part from being read at all.
    pub(super) fn fatal(&self) -> Vec<Diagnostic> {
        let fatal = self.problems.iter().filter(|problem| problem.is_fatal);
        fatal.cloned().map(load::syntax).collect()
    }

    /// The line of a place in the stream.
    pub(super) fn line(&self, place: Span) -> usize {
        let before = &self.text.0.as_bytes()[..place.start as usize];
        self.lines_before + memchr::memchr_iter(b'\n', before).count() + 1
    }

    /// Edits a pod spec, and gives the change back.
    pub(super) fn change_pod_spec(
        &mut self,
        object: &Object<'_, '_>,
        pod_spec: &PodSpec<'_, '_>,
        change: Change,
    ) -> Result<Change, Report> {
        // Aliases that could not be followed: what was read is not what is written.
        if let Some(problem) = self
            .problems
            .iter()
            .find(|problem| problem.related.is_none())
        {
            return Err(load::syntax(problem.clone()).into());
        }
        if change.is_empty() {
            return Ok(change);
        }
        let mut editor = Editor::new(self.text, &self.duplicates);
        let (last, before) = pod_spec
            .way
            .split_last()
            .expect("a way has at least one step");
        let edited = before
            .iter()
            .try_for_each(|(map, entry)| editor.is_on_its_own(map, entry))
            .and_then(|()| editor.entry(last.0, last.1, &change));
        match edited {
            Ok(()) => {
                self.edits.append(&mut editor.edits);
                Ok(change)
            }
            Err(uneditable) => Err(refusal(&object.title(), &uneditable).into()),
        }
    }

    /// Changes a document itself: the list that it is.
    pub(super) fn change_root(&mut self, number: usize, document: &Node<'_>, change: Change) {
        let Change::Within(steps) = &change else {
            return;
        };
        let mut editor = Editor::new(self.text, &self.duplicates);
        match editor.steps(document, None, steps) {
            Ok(()) => {
                self.edits.append(&mut editor.edits);
                self.made.push(Made {
                    document: number,
                    items: Vec::new(),
                    keys: Vec::new(),
                    change,
                });
            }
            Err(uneditable) => self.findings.push(refusal("the list", &uneditable)),
        }
    }

    pub(super) fn put_behind(&mut self) {
        if !self.behind.is_empty() {
            if self.text.ends_in_mid_line(self.text.0.len()) {
                self.behind.insert_str(0, self.text.newline());
            }
            self.edits.push(Edit {
                at: self.text.0.len(),
                delete: 0,
                insert: std::mem::take(&mut self.behind),
            });
        }
    }

    pub(super) fn verify(&mut self, source: SourceId, documents: &[Node<'_>]) {
        if let Err(what) = verify::verify(source, self.text, documents, &self.edits, &self.made) {
            let message = format!("the result is not what was asked for: {what}");
            let finding = Diagnostic::error(RULE, message)
                .at(Span::new(source, 0, 0))
                .help("this is a mistake of spotgen's: please report it");
            self.findings.push(finding);
        }
    }
}

fn refusal(subject: &str, uneditable: &Uneditable) -> Diagnostic {
    let message = format!(
        "{subject} cannot be edited with certainty: {}",
        uneditable.reason
    );
    Diagnostic::error("uneditable", message)
        .at(uneditable.place)
        .help("write the value out there, or leave the workload alone with --skip-uneditable")
}
