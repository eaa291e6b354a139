//! That a text is not read straight into its type.

use std::fmt;

/// It is left to the reader of trees, which says what is wrong with it, if anything is. Carries nothing: whatever a type has
/// against a value is found again.
#[derive(Debug)]
pub(super) struct GaveUp;

impl fmt::Display for GaveUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("left to the reader of trees")
    }
}

impl std::error::Error for GaveUp {}

impl serde::de::Error for GaveUp {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}
