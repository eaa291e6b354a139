//! One row of the figures.

use serde::Serialize;

/// A figure and its explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What the figure measures.
    pub what: String,
    pub value: String,
    /// The arithmetic, or why there is no number.
    pub how: String,
}
