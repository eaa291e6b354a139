//! A text with gaps, for documents that differ in names and labels alone.
//!
//! It is made from a document with stand-ins, which no YAML writer quotes, in the place of what differs.

use super::alike::Alike;
use crate::kubernetes::Labels;
use crate::plan::Workload;
use crate::yaml;

const NAME: &str = "spotgen.the-name";
const NAMESPACE: &str = "spotgen.its-namespace";
/// The key and the value of a label.
const LABEL: (&str, &str) = ("spotgen.dev/its-label", "spotgen.its-label");
/// The line of that label.
const LABELS: &str = "spotgen.dev/its-label: spotgen.its-label\n";

/// A workload with stand-ins in the place of what differs.
pub(super) fn stand_in(workload: &Workload) -> Workload {
    let mut stand_in = Workload {
        name: NAME.to_owned(),
        namespace: NAMESPACE.to_owned(),
        selector: Labels::from([(LABEL.0.to_owned(), LABEL.1.to_owned())]),
        ..workload.clone()
    };
    if let Some(budget) = &mut stand_in.disruption_budget {
        NAME.clone_into(&mut budget.name);
    }
    stand_in
}

/// A text with gaps.
#[derive(Debug)]
pub(super) struct Stencil {
    /// Each gap, and the text before it.
    parts: Vec<(String, Gap)>,
    /// The text behind the last gap.
    rest: String,
}

#[derive(Clone, Copy, Debug)]
enum Gap {
    Name,
    Namespace,
    /// Lines with so many spaces before them.
    Labels(usize),
}

impl Stencil {
    /// Cuts the stand-ins out of a document.
    pub(super) fn new(document: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = document;
        while let Some((at, found, gap)) = next_gap(rest) {
            let before = &rest[..at];
            parts.push(match gap {
                // The lines of labels are indented when they are written.
                Gap::Labels(_) => {
                    let lines = before.trim_end_matches(' ');
                    (lines.to_owned(), Gap::Labels(before.len() - lines.len()))
                }
                gap => (before.to_owned(), gap),
            });
            rest = &rest[at + found.len()..];
        }
        Self {
            parts,
            rest: rest.to_owned(),
        }
    }

    /// Appends the document of a workload.
    pub(super) fn write(&self, alike: &Alike<'_>, out: &mut String) {
        for (before, gap) in &self.parts {
            out.push_str(before);
            match gap {
                Gap::Name => out.push_str(&yaml::scalar(alike.name)),
                Gap::Namespace => out.push_str(&yaml::scalar(alike.namespace)),
                Gap::Labels(indent) => yaml::write_indented(&*alike.labels, *indent, out),
            }
        }
        out.push_str(&self.rest);
    }
}

/// The first stand-in of a text, and where it is.
fn next_gap(text: &str) -> Option<(usize, &'static str, Gap)> {
    let all = [
        (NAME, Gap::Name),
        (NAMESPACE, Gap::Namespace),
        (LABELS, Gap::Labels(0)),
    ];
    let found = all.map(|(stand_in, gap)| Some((text.find(stand_in)?, stand_in, gap)));
    found.into_iter().flatten().min_by_key(|(at, ..)| *at)
}
