//! Compiles one `spot-config.yaml` into everything a Kubernetes cluster needs to run production workloads on Spot VMs.
//!
//! Data takes one way: `Source → load → Document → validate → Config → resolve → Plan → check → Report → build →
//! Bundle → formats → text or Files`. Each stage is a function from value to value; files and streams are read and
//! written in [`cli`] alone. [`plan()`] goes as far as the report, [`build()`](build::build) and the
//! [`Writer`](formats::Writer) of a format do the rest.

pub mod build;
pub mod charts;
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
pub mod resolve;
pub mod rules;
pub mod sha256;
pub mod source;
pub mod suggest;
pub mod validate;
pub mod values;
pub mod yaml;

use std::io;

use diagnostic::{Diagnostic, Report, Severity};
use load::{Document, Inputs};
use manifests::Manifests;
use patch::{Budgets, Documents, Options, Patched, Patcher};
use plan::Plan;
use resolve::Stream;
use source::SourceId;

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
    pub fn check(&self, allowed: &[String]) -> Report {
        let manifests = self.manifests.as_ref();
        let mut report = check::check(&self.plan, &self.document, manifests, allowed);
        report.extend(self.mistakes.clone());
        report.sort();
        report
    }
}

/// From sources to a plan. `from` names the workloads' own manifests among the
/// sources, where there are any.
///
/// # Errors
/// All mistakes, when the configuration is not valid.
pub fn plan<'s>(inputs: &'s Inputs, from: Option<&[SourceId]>) -> Result<Planned<'s>, Report> {
    let (document, mut mistakes) = load::load(inputs);
    if let Some(document) = &document {
        validate::suit_help(document, &mut mistakes);
    }
    let manifests = from.map(|files| {
        let (manifests, report) = manifests::read(&inputs.sources, files);
        mistakes.extend(report);
        if manifests.is_empty() {
            mistakes.push(no_workload());
        }
        manifests
    });
    let Some(document) = document else {
        return Err(mistakes);
    };
    let config = match validate::validate(&document, manifests.is_some()) {
        Ok(config) if !mistakes.has_errors() => config,
        Ok(_) => return Err(mistakes),
        Err(report) => {
            mistakes.extend(report);
            return Err(mistakes);
        }
    };
    let plan = match resolve::resolve(config, &document, manifests.as_ref()) {
        Ok(plan) => plan,
        Err(report) => {
            mistakes.extend(report);
            return Err(mistakes);
        }
    };
    Ok(Planned {
        plan,
        mistakes,
        document,
        manifests,
    })
}

/// From a stream of manifests to the same with the workloads placed that the configuration chooses. Budgets are added
/// when `whole`, the stream as a source, is given.
///
/// # Errors
/// When the stream cannot be read, or `out` not be written. Mistakes of the configuration and of the stream are in the
/// report; with an error among them nothing of `out` is to be used.
pub fn patch<R: io::Read>(
    inputs: &Inputs,
    documents: &mut Documents<R>,
    whole: Option<SourceId>,
    options: Options<'_>,
    out: &mut impl io::Write,
) -> io::Result<Patched> {
    let (document, mut mistakes) = load::load(inputs);
    let Some(document) = document else {
        return Ok(mistakes.into());
    };
    let mut config = match validate::validate(&document, true) {
        Ok(config) if !mistakes.has_errors() => config,
        Ok(_) => return Ok(mistakes.into()),
        Err(report) => {
            mistakes.extend(report);
            return Ok(mistakes.into());
        }
    };
    // What cannot be read of the manifests is found again, and reported, where it matters.
    let mut manifests = whole
        .map(|stream| manifests::read(&inputs.sources, &[stream]).0)
        .unwrap_or_default();
    if let Some(namespace) = options.namespace {
        manifests.assume_namespace(namespace);
    }
    // The listed workloads are met in the stream; the plan is for what all of them need.
    let listed = std::mem::take(&mut config.spec.workloads);
    let plan = match resolve::resolve(config.clone(), &document, Some(&manifests)) {
        Ok(plan) => plan,
        Err(report) => return Ok(report.into()),
    };
    config.spec.workloads = listed;
    let choices = Stream::new(&config.spec, &document);
    let source = inputs.sources.next_id();
    let patcher = Patcher::new(&plan, &choices, Budgets::new(&plan), source, options);
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
