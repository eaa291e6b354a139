//! How much is wanted of what the rules find.

use crate::diagnostic::{Limit, Severity};

/// How much is wanted of what the rules find.
#[derive(Clone, Copy, Debug)]
pub struct Detail {
    /// Findings of this level or worse.
    pub least: Severity,
    pub limit: Limit,
    /// A rule that says nothing of what is made.
    pub without: Option<&'static str>,
}

impl Detail {
    pub const ALL: Self = Self {
        least: Severity::Info,
        limit: Limit::NONE,
        without: None,
    };
}
