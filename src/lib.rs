//! Compiles one `spot-config.yaml` into everything a Kubernetes cluster needs to run production workloads on Spot VMs.
//!
//! Data takes one way: `Source → load → Document → validate → Config → resolve → Plan → check → Report → build →
//! Bundle → formats → text or Files`. Each stage is a function from value to value; files and streams are read and
//! written in [`cli`] alone. [`plan()`] goes as far as the plan, [`Planned::check`] makes the report of it, and
//! [`build()`](components::bundle::build) and the [`Writer`](formats::Writer) of a format do the rest.

pub mod check;
pub mod cli;
pub mod components;
pub mod config;
pub mod defaults;
pub mod diagnostic;
pub mod files;
pub mod formats;
pub mod kubernetes;
pub mod load;
pub mod manifests;
pub mod numbers;
pub mod patch;
pub mod plan;
pub mod providers;
pub mod reporters;
pub mod rules;
#[cfg(test)]
#[path = "../tests/suite/sample_size.rs"]
mod sample_size;
pub mod sha256;
pub mod source;
pub mod suggest;
pub mod validate;
pub mod values;
pub mod workloads;
pub mod yaml;

use std::io;

use check::Detail;
use components::{WANTED, resolve};
use config::SpotConfig;
use diagnostic::{Diagnostic, Report, Severity};
use load::{Document, Inputs};
use manifests::Manifests;
use numbers::Number;
use patch::{Budgets, Documents, Options, Patched, Patcher};
use plan::Plan;
use source::SourceId;
use workloads::Stream;

/// What came of a configuration that is valid.
#[derive(Debug)]
pub struct Planned<'s> {
    pub plan: Plan,
    /// What is wrong with the input, none of it an error.
    mistakes: Report,
    /// Where everything in it was written.
    document: Document<'s>,
    manifests: Option<Manifests>,
}

impl Planned<'_> {
    /// What is wrong with the input, and what the rules have against the plan, sorted. `allowed` are ids of rules whose
    /// findings are accepted beside those that the configuration accepts.
    pub fn check(&self, allowed: &[String], detail: Detail) -> Report {
        let manifests = self.manifests.as_ref();
        let mut report = check::check(&self.plan, &self.document, manifests, allowed, detail);
        report.extend(self.mistakes.clone());
        report.sort();
        report
    }

    /// What follows in figures, and for each workload whether it comes back to Spot.
    pub fn numbers(&self) -> Vec<Number> {
        let mut numbers = numbers::numbers(&self.plan);
        numbers.extend(check::failback(
            &self.plan,
            &self.document,
            self.manifests.as_ref(),
        ));
        numbers
    }
}

/// A configuration that is valid.
#[derive(Debug)]
pub struct Configured<'s> {
    config: SpotConfig,
    /// What is wrong with it, none of it an error.
    mistakes: Report,
    /// Where everything in it was written.
    document: Document<'s>,
}

/// From sources to a configuration. It may leave out facts of workloads that manifests have, where there are any.
///
/// # Errors
/// All mistakes, when it is not valid.
pub fn configure(inputs: &Inputs, has_manifests: bool) -> Result<Configured<'_>, Report> {
    let (document, mut mistakes) = load::load(inputs);
    let Some(document) = document else {
        return Err(mistakes);
    };
    validate::suit_help(&document, &mut mistakes);
    match validate::validate(&document, has_manifests) {
        Ok(config) if !mistakes.has_errors() => Ok(Configured {
            config,
            mistakes,
            document,
        }),
        Ok(_) => Err(mistakes),
        Err(report) => {
            mistakes.extend(report);
            Err(mistakes)
        }
    }
}

/// From sources to a plan. `from` names the workloads' own manifests among the
/// sources, where there are any.
///
/// # Errors
/// All mistakes, when the configuration is not valid.
pub fn plan<'s>(inputs: &'s Inputs, from: Option<&[SourceId]>) -> Result<Planned<'s>, Report> {
    let mut mistakes = Report::default();
    let manifests = from.map(|files| {
        let (manifests, report) = manifests::read(&inputs.sources, files, WANTED);
        mistakes.extend(report);
        if manifests.is_empty() {
            mistakes.push(no_workload());
        }
        manifests
    });
    let configured = configure(inputs, manifests.is_some()).and_then(|configured| {
        if mistakes.has_errors() {
            return Err(configured.mistakes);
        }
        let Configured {
            config,
            mistakes,
            document,
        } = configured;
        match resolve::resolve(config, &document, manifests.as_ref()) {
            Ok(plan) => Ok((plan, mistakes, document)),
            Err(report) => Err([mistakes, report].into_iter().flatten().collect()),
        }
    });
    match configured {
        Ok((plan, own, document)) => {
            mistakes.extend(own);
            Ok(Planned {
                plan,
                mistakes,
                document,
                manifests,
            })
        }
        Err(report) => {
            mistakes.extend(report);
            Err(mistakes)
        }
    }
}

/// From a stream of manifests to the same with the workloads placed that the configuration chooses. Budgets are added
/// when `whole`, the stream as a source, is given.
///
/// # Errors
/// When the stream cannot be read, or `out` not be written. Mistakes of the stream are in the report; with an error
/// among them nothing of `out` is to be used.
pub fn patch<R: io::Read>(
    inputs: &Inputs,
    configured: Configured<'_>,
    documents: &mut Documents<R>,
    whole: Option<SourceId>,
    options: Options<'_>,
    out: &mut impl io::Write,
) -> io::Result<Patched> {
    let Configured {
        mut config,
        mut mistakes,
        document,
    } = configured;
    // The workloads are met in the stream; the plan is for what all of them need.
    let listed = std::mem::take(&mut config.spec.workloads);
    let none = Manifests::default();
    let plan = match resolve::resolve(config.clone(), &document, Some(&none)) {
        Ok(plan) => plan,
        Err(report) => {
            mistakes.extend(report);
            return Ok(mistakes.into());
        }
    };
    config.spec.workloads = listed;
    let choices = Stream::new(&config.spec, &document);
    // What cannot be read of the manifests is found again, and reported, where it matters.
    let manifests = whole.map(|stream| {
        let (mut manifests, _) = manifests::read_stream(&inputs.sources, stream, WANTED);
        if let Some(namespace) = options.namespace {
            manifests.assume_namespace(namespace);
        }
        manifests
    });
    let budgets = manifests
        .as_ref()
        .map(|manifests| Budgets::new(manifests, &choices));
    let source = inputs.sources.next_id();
    let patcher = Patcher::new(&plan, &choices, budgets, source, options);
    let mut done = patch::patch(patcher, documents, out)?;
    mistakes.extend(std::mem::take(&mut done.report));
    done.report = mistakes;
    Ok(done)
}

/// Most likely the wrong folder.
fn no_workload() -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error("manifest", "there is no workload in the manifests")
    }
    .help("name the workloads' own manifests: --from PATH (a file, a directory, a glob, or - for stdin)")
}
