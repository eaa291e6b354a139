//! How a bundle is written down. One file a format.

mod manifests;
mod patches;
mod plan;

use clap::ValueEnum;

use crate::build::Bundle;
use crate::plan::Plan;

/// What `render` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One stream of all objects, for `kubectl apply -f -`
    Manifests,
    /// A strategic-merge patch for each workload: its placement
    Patches,
    /// The resolved plan: every default and everything derived
    Plan,
}

/// Something to know about what was written, and the next command.
#[derive(Clone, Debug)]
pub struct Note {
    pub message: String,
    pub next: Option<String>,
}

impl Note {
    fn new(message: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            next: Some(next.into()),
        }
    }
}

/// Writes a bundle as text. It cannot fail; `None` when there is nothing to write, for an empty stream would look like
/// success to whoever it is piped to.
pub fn render(format: Format, plan: &Plan, bundle: &Bundle<'_>) -> Option<String> {
    match format {
        Format::Manifests => manifests::render(plan, bundle),
        Format::Patches => patches::render(plan, bundle),
        Format::Plan => Some(plan::render(plan)),
    }
}

/// What the format cannot carry.
pub fn notes(format: Format, plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    match format {
        Format::Manifests => manifests::notes(plan, bundle),
        Format::Patches => patches::notes(plan),
        Format::Plan => Vec::new(),
    }
}
