//! What the status is made from.

use super::advice::Advice;
use crate::components::System;
use crate::load::Document;
use crate::manifests::Manifests;
use crate::snapshot::Snapshot;

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub snapshot: &'a Snapshot,
    /// Its objects.
    pub manifests: &'a Manifests,
    /// What the configuration makes, or what the nodes tell of.
    pub system: &'a System,
    /// Where the configuration was written.
    pub document: &'a Document<'a>,
    /// Whether there is no configuration: nothing is compared then.
    pub is_assumed: bool,
    /// The arguments of the commands that are advised.
    pub advice: &'a Advice,
}
