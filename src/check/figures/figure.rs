//! One row.

use serde::Serialize;

/// A figure, and how it comes about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What it is a figure of.
    pub what: String,
    pub value: String,
    /// The arithmetic, or why there is none.
    pub how: String,
}
