//! Compiles one `spot-config.yaml` into everything a Kubernetes cluster needs to run production workloads on Spot VMs.
//!
//! Data takes one way: `Source → load → Document → validate → Config → resolve → Plan → check → Report → build →
//! Bundle → formats → text`. Each stage is a function from value to value; files and streams are read and written in
//! [`cli`] alone. [`plan()`] goes as far as the report, [`build()`](build::build) and [`formats::render`] do the rest.

pub mod build;
pub mod check;
pub mod cli;
pub mod components;
pub mod config;
pub mod defaults;
pub mod diagnostic;
pub mod formats;
pub mod kubernetes;
pub mod load;
pub mod manifests;
pub mod patch;
pub mod plan;
pub mod providers;
pub mod reporters;
pub mod resolve;
pub mod rules;
pub mod source;
pub mod suggest;
pub mod validate;
pub mod values;
pub mod yaml;

use diagnostic::{Diagnostic, Report, Severity};
use load::Inputs;
use manifests::Manifests;
use patch::{Budgets, Options, Patched};
use plan::Plan;
use resolve::Stream;
use source::SourceId;

/// From sources to a plan, and what the rules have against it. `from` names the workloads' own manifests among the
/// sources, where there are any.
///
/// # Errors
/// All mistakes, when the configuration is not valid.
pub fn plan(inputs: &Inputs, from: Option<&[SourceId]>) -> Result<(Plan, Report), Report> {
    let (document, mut mistakes) = load::load(inputs);
    if let Some(document) = &document {
        validate::suit_help(document, &mut mistakes);
    }
    let manifests = from.map(|files| {
        let (manifests, report) = manifests::read(&inputs.sources, files);
        mistakes.extend(report);
        if manifests.workloads.is_empty() {
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
    let plan = resolve::resolve(&config, &document, manifests.as_ref())?;
    let mut report = check::check(&plan, &document);
    report.extend(mistakes);
    Ok((plan, report))
}

/// From a stream of manifests to the same with the workloads placed that the configuration chooses.
///
/// # Errors
/// All mistakes, of the configuration and of the stream; then nothing is to be written.
pub fn patch(inputs: &Inputs, stream: SourceId, options: Options<'_>) -> Result<Patched, Report> {
    let (document, mut mistakes) = load::load(inputs);
    let Some(document) = document else {
        return Err(mistakes);
    };
    let mut config = match validate::validate(&document, true) {
        Ok(config) if !mistakes.has_errors() => config,
        Ok(_) => return Err(mistakes),
        Err(report) => {
            mistakes.extend(report);
            return Err(mistakes);
        }
    };
    // The listed workloads are met in the stream; the plan is for what all of them need.
    let listed = std::mem::take(&mut config.spec.workloads);
    let manifests = if options.add_budgets {
        // What cannot be read there is found again, and reported, where it matters.
        manifests::read(&inputs.sources, &[stream]).0
    } else {
        Manifests::default()
    };
    let plan = resolve::resolve(&config, &document, Some(&manifests))?;
    config.spec.workloads = listed;
    let choices = Stream::new(&config.spec, &document);
    let budgets = Budgets::new(&plan);
    let mut patched = patch::patch(&inputs.sources, stream, &plan, &choices, budgets, options)?;
    mistakes.extend(std::mem::take(&mut patched.report));
    patched.report = mistakes;
    Ok(patched)
}

/// Most likely the wrong folder.
fn no_workload() -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error("manifest", "there is no workload in the manifests")
    }
    .help("name the workloads' own manifests: --from PATH (a file, a directory, a glob, or - for stdin)")
}
