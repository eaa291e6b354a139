//! Text with gaps for the labels of a workload.

use crate::kubernetes::Labels;
use crate::yaml;

use super::own_labels::OwnLabels;

/// The key and the value of the label that stands for all labels of a workload.
const STANDING_IN: &str = "labels-of-the-pods-that-spotgen-places";

/// What is inserted, with gaps.
#[derive(Default)]
pub(super) struct Lines {
    /// What is before each gap, and the indentation of the labels in it.
    parts: Vec<(String, usize)>,
    rest: String,
}

/// Labels that stand for those of each workload.
pub(super) fn standing_in() -> Labels {
    Labels::from_iter([(STANDING_IN.to_owned(), STANDING_IN.to_owned())])
}

impl Lines {
    /// `None` if the labels are in another place than lines of their own.
    pub(super) fn new(text: &str) -> Option<Self> {
        let gap = format!("{STANDING_IN}: {STANDING_IN}");
        let mut lines = Self::default();
        for line in text.split_inclusive('\n') {
            if line.trim() == gap {
                let indent = line.len() - line.trim_start_matches(' ').len();
                lines.parts.push((std::mem::take(&mut lines.rest), indent));
            } else {
                lines.rest.push_str(line);
            }
        }
        (!lines.rest.contains(STANDING_IN)).then_some(lines)
    }

    pub(super) fn are_none(&self) -> bool {
        self.parts.is_empty() && self.rest.is_empty()
    }

    pub(super) fn with(&self, labels: &OwnLabels<'_>) -> String {
        if self.parts.is_empty() {
            return self.rest.clone();
        }
        let mut lines = String::with_capacity(1024);
        for (part, indent) in &self.parts {
            lines.push_str(part);
            yaml::write_indented(labels, *indent, &mut lines);
        }
        lines.push_str(&self.rest);
        lines
    }
}
