//! The state of a run: its findings, its counts, and the documents that findings refer to.

use super::findings::{nothing_chosen, nothing_there};
use super::patched::{Patched, Placed};
use crate::diagnostic::Diagnostic;
use crate::source::{STDIN, Source, SourceId};

/// At most this many documents with findings are kept to show their lines; beyond that, only messages are shown.
const MAX_SHOWN: usize = 1000;

pub(super) struct Run<'a> {
    /// The file that the stream is; none for stdin.
    file: Option<&'a str>,
    /// The source number of the current document, once it is kept.
    source: SourceId,
    /// The number of documents so far; those without content do not count.
    documents: usize,
    /// Whether there was any input, even if only comments: a chart may render to nothing else.
    has_text: bool,
    /// The number of selected workloads.
    chosen: usize,
    patched: Patched,
}

impl<'a> Run<'a> {
    /// `source` is the number of the first kept document among the sources.
    pub(super) fn new(file: Option<&'a str>, source: SourceId) -> Self {
        Self {
            file,
            source,
            documents: 0,
            has_text: false,
            chosen: 0,
            patched: Patched::default(),
        }
    }

    pub(super) fn source(&self) -> SourceId {
        self.source
    }

    /// Whether output is still to be written.
    pub(super) fn is_good(&self) -> bool {
        !self.patched.report.has_errors()
    }

    /// Records a part without content.
    pub(super) fn blank(&mut self, text: &str) {
        self.has_text |= text.contains('#');
    }

    /// Counts a document; findings from now on belong to it.
    pub(super) fn next_document(&mut self) {
        self.documents += 1;
    }

    /// Records the workloads of the current document: the number selected, and those to report.
    pub(super) fn workloads(&mut self, chosen: usize, reported: Vec<Placed>) {
        self.chosen += chosen;
        self.patched.workloads.extend(reported);
    }

    /// Records the findings in the current document, and keeps the document to show them.
    pub(super) fn findings(&mut self, findings: Vec<Diagnostic>, text: &str, lines_before: usize) {
        if findings.is_empty() {
            return;
        }
        let has_number = self.source.0 < u16::MAX;
        let is_shown = has_number && self.patched.texts.len() < MAX_SHOWN;
        for mut finding in findings {
            if !is_shown {
                finding.location = None;
                finding.related.clear();
            }
            self.finding(finding);
        }
        if is_shown {
            let text = Source::part(self.file.unwrap_or(STDIN), text, lines_before);
            self.patched.texts.push(text);
            self.source.0 += 1;
        }
    }

    /// Records a finding about the current document without a location in it.
    pub(super) fn finding(&mut self, mut finding: Diagnostic) {
        let document = self.documents;
        finding.message = match self.file {
            Some(file) if finding.location.is_none() => {
                format!("{} (document {document} of {file})", finding.message)
            }
            _ => format!("{} (document {document})", finding.message),
        };
        self.patched.report.push(finding);
    }

    pub(super) fn finish(mut self) -> Patched {
        self.patched.chosen = self.chosen;
        if self.file.is_some() {
            return self.patched;
        }
        if self.documents == 0 && !self.has_text {
            self.patched.report.push(nothing_there());
        } else if self.chosen == 0 && self.patched.report.is_empty() {
            self.patched.report.push(nothing_chosen());
        }
        self.patched
    }
}
