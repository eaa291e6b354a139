//! How a bundle is written down. One file a format.

mod commented;
mod helm;
mod manifests;
mod patches;
mod plan;
mod stream;
mod uncarried;
mod values;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::build::Bundle;
use crate::files::Files;
use crate::plan::Plan;

/// What `render` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One stream of all objects, for `kubectl apply -f -`
    Manifests,
    /// A strategic-merge patch for each workload: its placement
    Patches,
    /// A chart over the upstream charts, with everything that they do not bring: a directory
    Helm,
    /// The values of the upstream charts alone, and the descheduler's policy: a directory
    Values,
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

/// How a format is written: a function of the plan and the bundle.
#[derive(Clone, Copy, Debug)]
pub enum Writer {
    /// As text, piece by piece. False, and nothing written, when there is nothing to write: an empty stream would look
    /// like success to whoever it is piped to. It fails only when what it writes to fails.
    Stream(fn(&Plan, &Bundle<'_>, &mut dyn Write) -> io::Result<bool>),
    /// As files of a directory; none when there is nothing to write.
    Directory(fn(&Plan, &Bundle<'_>) -> Files),
}

impl Format {
    pub fn writer(self) -> Writer {
        match self {
            Self::Manifests => Writer::Stream(manifests::write),
            Self::Patches => Writer::Stream(patches::write),
            Self::Helm => Writer::Directory(helm::files),
            Self::Values => Writer::Directory(values::files),
            Self::Plan => Writer::Stream(|plan, _, out| plan::write(plan, out)),
        }
    }
}

/// What the format cannot carry.
pub fn notes(format: Format, plan: &Plan, bundle: &Bundle<'_>) -> Vec<Note> {
    match format {
        Format::Manifests => manifests::notes(plan, bundle),
        Format::Patches => patches::notes(plan),
        Format::Helm => helm::notes(plan, bundle),
        Format::Values => values::notes(plan, bundle),
        Format::Plan => Vec::new(),
    }
}
