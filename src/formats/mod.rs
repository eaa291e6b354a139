//! How a bundle is written down. One file a format.

mod admission;
mod azure_cli;
mod commented;
mod flux_patches;
mod helm;
mod kustomize;
mod manifests;
mod objects;
mod patches;
mod plan;
mod shell;
mod stream;
mod uncarried;
mod values;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::components::System;
use crate::components::bundle::Bundle;
use crate::diagnostic::Report;
use crate::files::Files;
use crate::pipeline::Planned;
use crate::plan::Plan;

/// What `render` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One stream of all objects, for `kubectl apply -f -`
    Manifests,
    /// A strategic-merge patch for each workload: its placement
    Patches,
    /// The same patches as post-renderers of a Flux `HelmRelease`
    FluxPatches,
    /// A directory: a kustomization of the system, and for each namespace a component that places its workloads
    Kustomize,
    /// Policies by which the API server places pods of labelled namespaces
    Admission,
    /// A shell script of `az` commands: node pools and autoscaler profile
    AzureCli,
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

/// The first line of what is made, a comment of YAML and of shells.
fn head(plan: &Plan) -> String {
    format!(
        "# {}: made by spotgen. Change the configuration, not this file.\n",
        plan.name
    )
}

/// Why a format cannot say what is asked of it, if it cannot.
pub fn refusals(format: Format, planned: &Planned<'_>, bundle: &Bundle<'_>) -> Report {
    let Planned {
        system, document, ..
    } = planned;
    match format {
        Format::FluxPatches => flux_patches::refusals(system, bundle, document),
        Format::Kustomize => kustomize::refusals(system, bundle, document),
        Format::Admission => admission::refusals(system, bundle, document),
        Format::AzureCli => azure_cli::refusals(system, bundle, document),
        Format::Manifests | Format::Patches | Format::Helm | Format::Values | Format::Plan => {
            Report::default()
        }
    }
}

/// How a format is written: a function of the plan and the bundle.
#[derive(Clone, Copy, Debug)]
pub enum Writer {
    /// As text, piece by piece. False, and nothing written, when there is nothing to write: an empty stream would look
    /// like success to whoever it is piped to. It fails only when what it writes to fails.
    Stream(fn(&System, &Bundle<'_>, &mut dyn Write) -> io::Result<bool>),
    /// As files of a directory; none when there is nothing to write.
    Directory(fn(&System, &Bundle<'_>) -> Files),
}

impl Format {
    pub fn writer(self) -> Writer {
        match self {
            Self::Manifests => Writer::Stream(manifests::write),
            Self::Patches => Writer::Stream(patches::write),
            Self::FluxPatches => Writer::Stream(flux_patches::write),
            Self::Kustomize => Writer::Directory(kustomize::write),
            Self::Admission => Writer::Stream(admission::write),
            Self::AzureCli => Writer::Stream(azure_cli::write),
            Self::Helm => Writer::Directory(helm::files),
            Self::Values => Writer::Directory(values::files),
            Self::Plan => Writer::Stream(|system, _, out| plan::write(system, out)),
        }
    }
}

/// What the format cannot carry.
pub fn notes(format: Format, system: &System, bundle: &Bundle<'_>) -> Vec<Note> {
    match format {
        Format::Manifests => manifests::notes(system, bundle),
        Format::Patches => patches::notes(system, "patches"),
        Format::FluxPatches => patches::notes(system, "flux-patches"),
        Format::Kustomize => kustomize::notes(system, bundle),
        Format::Admission => admission::notes(system, bundle),
        Format::AzureCli => azure_cli::notes(system),
        Format::Helm => helm::notes(system, bundle),
        Format::Values => values::notes(system, bundle),
        Format::Plan => Vec::new(),
    }
}
