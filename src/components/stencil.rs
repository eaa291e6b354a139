//! A text with gaps, for documents that differ in names and labels alone.
//!
//! It is made from a document with stand-ins, which no YAML writer quotes, in the place of what differs.

use super::alike::Alike;
use crate::kubernetes::Labels;
use crate::plan::Workload;
use crate::yaml;

/// What every stand-in begins with. A document with one anywhere else has no stencil.
pub(super) const MARK: &str = "spotgen.gap.";

const NAME: &str = "spotgen.gap.name";
const NAMESPACE: &str = "spotgen.gap.space";
/// The key and the value of a label.
const LABEL: (&str, &str) = ("spotgen.gap.label", "of-pods");
/// The line of that label.
const LABELS: &str = "spotgen.gap.label: of-pods\n";

/// A workload with stand-ins in the place of its names and labels.
pub(super) fn with_stand_ins(workload: &Workload) -> Workload {
    let (key, value) = LABEL;
    let mut with = Workload {
        name: NAME.into(),
        namespace: NAMESPACE.into(),
        selector: Labels::from([(key, value)]),
        ..workload.clone()
    };
    if let Some(budget) = &mut with.disruption_budget {
        budget.name = NAME.into();
    }
    with
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
    /// Cuts the stand-ins out of a document; none where one is written in another way.
    pub(super) fn new(document: &str) -> Option<Self> {
        let all = [
            (NAME, Gap::Name),
            (NAMESPACE, Gap::Namespace),
            (LABELS, Gap::Labels(0)),
        ];
        let mut parts = Vec::new();
        let mut from = 0;
        for (at, _) in document.match_indices(MARK) {
            let is_there = |(stand_in, _): &(&str, Gap)| document[at..].starts_with(stand_in);
            let (found, gap) = all.into_iter().find(is_there)?;
            let before = &document[from..at];
            parts.push(match gap {
                // The lines of labels are indented when they are written.
                Gap::Labels(_) => {
                    let lines = before.trim_end_matches(' ');
                    (lines.to_owned(), Gap::Labels(before.len() - lines.len()))
                }
                gap => (before.to_owned(), gap),
            });
            from = at + found.len();
        }
        Some(Self {
            parts,
            rest: document[from..].to_owned(),
        })
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

#[cfg(test)]
mod tests {
    use super::{LABEL, LABELS, MARK, NAME, NAMESPACE};

    /// Else a gap would be missed, or cut as another.
    #[test]
    fn stand_ins_begin_with_the_mark_and_differ_behind_it() {
        let all = [NAME, NAMESPACE, LABELS];
        for one in all {
            assert!(one.starts_with(MARK), "{one}");
            let begin = all.iter().filter(|other| other.starts_with(one));
            assert_eq!(begin.count(), 1, "{one}");
        }
        assert_eq!(LABELS, format!("{}: {}\n", LABEL.0, LABEL.1));
    }
}
