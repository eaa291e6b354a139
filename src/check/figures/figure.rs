//! One row of the figures.

use serde::Serialize;

/// A figure and its explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// The heading that it stands under.
    pub group: &'static str,
    /// What the figure measures.
    pub what: String,
    pub value: String,
    /// The arithmetic, or why there is no number.
    pub how: String,
    /// Whether the value is one to look at: pods are lost, or something does not work.
    #[serde(skip)]
    pub is_bad: bool,
}

/// A figure that does not know its group yet.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub what: String,
    pub value: String,
    pub how: String,
    pub is_bad: bool,
}

impl Row {
    pub(super) fn under(self, group: &'static str) -> Figure {
        let Self {
            what,
            value,
            how,
            is_bad,
        } = self;
        Figure {
            group,
            what,
            value,
            how,
            is_bad,
        }
    }
}
