//! A text with gaps, for documents that differ in names and labels alone.
//!
//! It is made from a document with stand-ins, which no YAML writer quotes, in the place of what differs.

use super::alike::Alike;
use crate::kubernetes::Labels;
use crate::plan::Workload;
use crate::yaml;

/// What stands in for the names and labels of a workload.
pub(super) struct StandIns {
    name: &'static str,
    namespace: &'static str,
    /// The key and the value of a label.
    label: (&'static str, &'static str),
    /// The line of that label.
    labels: &'static str,
}

/// Two sets: a configuration may have a stand-in itself, but then the stencils of both are not the same.
pub(super) const STAND_INS: [StandIns; 2] = [
    StandIns {
        name: "spotgen.the-name",
        namespace: "spotgen.its-namespace",
        label: ("spotgen.dev/its-label", "spotgen.its-label"),
        labels: "spotgen.dev/its-label: spotgen.its-label\n",
    },
    StandIns {
        name: "spotgen.own-word",
        namespace: "spotgen.own-space",
        label: ("spotgen.dev/own-label", "spotgen.own-label"),
        labels: "spotgen.dev/own-label: spotgen.own-label\n",
    },
];

impl StandIns {
    /// A workload with stand-ins in the place of what differs.
    pub(super) fn within(&self, workload: &Workload) -> Workload {
        let (key, value) = self.label;
        let mut with = Workload {
            name: self.name.to_owned(),
            namespace: self.namespace.to_owned(),
            selector: Labels::from([(key.to_owned(), value.to_owned())]),
            ..workload.clone()
        };
        if let Some(budget) = &mut with.disruption_budget {
            self.name.clone_into(&mut budget.name);
        }
        with
    }

    /// The first of them in a text, and where it is.
    fn first_in(&self, text: &str) -> Option<(usize, &'static str, Gap)> {
        let all = [
            (self.name, Gap::Name),
            (self.namespace, Gap::Namespace),
            (self.labels, Gap::Labels(0)),
        ];
        let found = all.map(|(stand_in, gap)| Some((text.find(stand_in)?, stand_in, gap)));
        found.into_iter().flatten().min_by_key(|(at, ..)| *at)
    }
}

/// A text with gaps.
#[derive(Debug, PartialEq)]
pub(super) struct Stencil {
    /// Each gap, and the text before it.
    parts: Vec<(String, Gap)>,
    /// The text behind the last gap.
    rest: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Gap {
    Name,
    Namespace,
    /// Lines with so many spaces before them.
    Labels(usize),
}

impl Stencil {
    /// Cuts the stand-ins out of a document.
    pub(super) fn new(document: &str, stand_ins: &StandIns) -> Self {
        let mut parts = Vec::new();
        let mut rest = document;
        while let Some((at, found, gap)) = stand_ins.first_in(rest) {
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

#[cfg(test)]
mod tests {
    use super::STAND_INS;

    /// Else a gap would be cut into another.
    #[test]
    fn no_stand_in_is_part_of_another() {
        let all = STAND_INS
            .iter()
            .flat_map(|own| [own.name, own.namespace, own.labels]);
        let all: Vec<&str> = all.collect();
        for (at, one) in all.iter().enumerate() {
            let mut others = all.iter().enumerate().filter(|(other, _)| *other != at);
            assert!(!others.any(|(_, other)| other.contains(one)), "{one}");
        }
    }
}
