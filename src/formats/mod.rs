//! How a bundle is written down. One file a format.

mod azure_cli;
mod manifests;
mod patches;
mod plan;
mod shell;
mod stream;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::Planned;
use crate::build::Bundle;
use crate::diagnostic::Report;
use crate::plan::Plan;

/// What `render` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One stream of all objects, for `kubectl apply -f -`
    Manifests,
    /// A strategic-merge patch for each workload: its placement
    Patches,
    /// A shell script of `az` commands: node pools and autoscaler profile
    AzureCli,
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

/// Why a format cannot say what a configuration asks for, if it cannot.
pub fn refusals(format: Format, planned: &Planned<'_>) -> Report {
    let Planned { plan, document, .. } = planned;
    match format {
        Format::AzureCli => azure_cli::refusals(plan, document),
        Format::Manifests | Format::Patches | Format::Plan => Report::default(),
    }
}

/// Writes a bundle as text, piece by piece. False, and nothing written, when there is nothing to write: an empty stream
/// would look like success to whoever it is piped to.
///
/// # Errors
/// When `out` fails; by itself it cannot.
pub fn write(
    format: Format,
    plan: &Plan,
    bundle: &Bundle<'_>,
    out: &mut dyn Write,
) -> io::Result<bool> {
    match format {
        Format::Manifests => manifests::write(plan, bundle, out),
        Format::Patches => patches::write(plan, bundle, out),
        Format::AzureCli => azure_cli::write(plan, bundle, out),
        Format::Plan => plan::write(plan, out),
    }
}

/// What the format cannot carry.
pub fn notes(format: Format, plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    match format {
        Format::Manifests => manifests::notes(plan, bundle),
        Format::Patches => patches::notes(plan),
        Format::AzureCli => azure_cli::notes(plan),
        Format::Plan => Vec::new(),
    }
}
