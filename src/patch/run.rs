//! What a run has come to so far: its findings, its counts, and the documents that findings are shown in.

use super::findings::{nothing_chosen, nothing_there};
use super::patched::{Patched, Placed};
use crate::diagnostic::Diagnostic;
use crate::source::{STDIN, Source, SourceId};

/// So many documents with findings are kept to show their lines; of more, the messages alone must do.
const MAX_SHOWN: usize = 1000;

pub(super) struct Run {
    /// The number of the current document among the sources, once it is kept.
    source: SourceId,
    /// How many documents came so far; those without content do not count.
    documents: usize,
    /// Whether there was anything at all, if only comments: a chart may well render to nothing else.
    has_text: bool,
    /// How many workloads were chosen.
    chosen: usize,
    patched: Patched,
}

impl Run {
    /// `source` is the number that the first kept document gets among the sources.
    pub(super) fn new(source: SourceId) -> Self {
        Self {
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

    /// Whether what comes of the stream is still to be written.
    pub(super) fn is_good(&self) -> bool {
        !self.patched.report.has_errors()
    }

    /// Notes a part without content.
    pub(super) fn blank(&mut self, text: &str) {
        self.has_text |= text.contains('#');
    }

    /// Counts a document: what is found from now on is found in it.
    pub(super) fn next_document(&mut self) {
        self.documents += 1;
    }

    /// Keeps the workloads of the current document: how many were chosen, and those to report.
    pub(super) fn workloads(&mut self, chosen: usize, reported: Vec<Placed>) {
        self.chosen += chosen;
        self.patched.workloads.extend(reported);
    }

    /// Keeps what was found in the current document, and the document to show it in.
    pub(super) fn findings(&mut self, findings: Vec<Diagnostic>, text: &str, lines_before: usize) {
        if findings.is_empty() {
            return;
        }
        let is_shown = self.patched.texts.len() < MAX_SHOWN;
        for mut finding in findings {
            if !is_shown {
                finding.location = None;
                finding.related.clear();
            }
            self.finding(finding);
        }
        if is_shown {
            let text = Source::part(STDIN, text, lines_before);
            self.patched.texts.push(text);
            self.source.0 += 1;
        }
    }

    /// Keeps a finding about the current document that points to nothing in it.
    pub(super) fn finding(&mut self, mut finding: Diagnostic) {
        finding.message = format!("{} (document {})", finding.message, self.documents);
        self.patched.report.push(finding);
    }

    pub(super) fn finish(mut self) -> Patched {
        if self.documents == 0 && !self.has_text {
            self.patched.report.push(nothing_there());
        } else if self.chosen == 0 && self.patched.report.is_empty() {
            self.patched.report.push(nothing_chosen());
        }
        self.patched
    }
}
