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
}

/// A figure that does not know its group yet.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub what: String,
    pub value: String,
    pub how: String,
}

impl Row {
    pub(super) fn under(self, group: &'static str) -> Figure {
        let Self { what, value, how } = self;
        Figure {
            group,
            what,
            value,
            how,
        }
    }
}
