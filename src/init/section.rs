//! A part of the configuration that takes over what is installed.

use crate::snapshot::Controller;

/// A section of the configuration that takes a part over.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) key: &'static str,
    /// Where it comes from.
    pub(super) comment: String,
    /// What stands below the key.
    pub(super) lines: Vec<String>,
    /// Objects of other hands whose owner the comment tells, with what to do about them.
    pub(super) tells: Vec<Controller>,
}
