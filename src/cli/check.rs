//! `spotgen check`

use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

use super::fixes::Fixes;
use super::input::Manifests;
use super::messages::Messages;
use super::outcome::Outcome;
use super::stdout::print;
use super::{input, names};
use crate::check::Detail;
use crate::check::figures::Figure;
use crate::check::rules;
use crate::diagnostic::{Failure, Report, Severity};
use crate::fix;
use crate::load::Inputs;
use crate::reporters::{Reporter, Results, Style, Verbosity};

/// Check the configuration and, if given, the manifests of a cluster
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: input::Config,

    /// Manifests of the workloads and of installed components to check as well: files, directories, globs, or - for
    /// stdin. Facts about the workloads are read from them
    #[arg(value_name = "MANIFEST", value_hint = ValueHint::AnyPath)]
    manifests: Vec<PathBuf>,

    /// Same as MANIFEST
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    from: Vec<PathBuf>,

    /// Format of the findings
    #[arg(long, value_parser = names::reporters(), default_value = "text")]
    report: &'static Reporter,

    /// Treat warnings as errors; infos never fail a run
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Deny>,

    /// Accept the findings of this rule; may be repeated. To accept them permanently, and give a reason, use
    /// `spec.check.allow`
    #[arg(long, value_name = "RULE", value_parser = known_rule)]
    allow: Vec<String>,

    /// Write into the files what removes a finding, where there is one right answer, and report what is left. Everything
    /// else in the files stays as it is. --allow leaves out the findings of a rule
    #[arg(long)]
    fix: bool,

    /// Print what --fix would change instead of the findings, and write nothing
    #[arg(long, requires = "fix")]
    diff: bool,

    /// Also print the figures behind the checks: failover time, headroom, node capacity, vCPU quota and failback
    #[arg(long)]
    numbers: bool,
}

/// Which findings fail the run besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

fn known_rule(id: &str) -> Result<String, String> {
    if rules::rule(id).is_some() {
        return Ok(id.to_owned());
    }
    Err(format!(
        "there is no rule with this name: {}",
        rules::meant(id)
    ))
}

pub(super) fn run(args: &Args, style: Style, messages: &mut Messages) -> Result<Outcome, Failure> {
    let from: Vec<PathBuf> = args.from.iter().chain(&args.manifests).cloned().collect();
    let (inputs, manifests) = input::inputs(&args.config, &from)?;
    let manifests = (!from.is_empty()).then_some(&manifests);
    let check = |inputs: &Inputs| check(inputs, manifests, args);
    let (found, figures) = check(&inputs);
    let fixes = args
        .fix
        .then(|| Fixes::of(&inputs, &found, |inputs| check(inputs).0))
        .transpose()?;
    let (report, numbers, inputs) = match &fixes {
        None => (None, figures, &inputs),
        Some(fixes) => {
            let inputs = &fixes.fixed.inputs;
            let (left, figures) = check(inputs);
            fixes.deliver(args.diff, messages)?;
            if args.diff {
                return Ok(outcome(&left, args.deny));
            }
            (Some(left), figures, inputs)
        }
    };
    let report = report.as_ref().unwrap_or(&found);
    let edits = args
        .report
        .has_edits
        .then(|| fix::replacements(inputs, report));
    let results = Results {
        report,
        edits: edits.as_deref().unwrap_or_default(),
        numbers: numbers.as_deref(),
        sources: &inputs.sources,
        style: showing(style, args.deny),
    };
    print(&(args.report.render)(results))?;
    Ok(outcome(report, args.deny))
}

/// The findings, and the figures if they are wanted.
fn check(
    inputs: &Inputs,
    manifests: Option<&Manifests>,
    args: &Args,
) -> (Report, Option<Vec<Figure>>) {
    // Skip dropping large trees at exit.
    let files = manifests.map(|manifests| manifests.files.as_slice());
    let planned = ManuallyDrop::new(crate::pipeline::survey(inputs, files));
    let (mut report, numbers) = match &*planned {
        Ok(planned) => {
            let numbers = args.numbers.then(|| planned.figures());
            (planned.check(&args.allow, Detail::ALL), numbers)
        }
        Err(report) => (report.clone(), None),
    };
    if let Some(manifests) = manifests {
        report.extend(manifests.left_out.clone());
    }
    report.sort();
    (report, numbers)
}

/// What fails the run is always shown.
fn showing(style: Style, deny: Option<Deny>) -> Style {
    let verbosity = match (deny, style.verbosity) {
        (Some(Deny::Warnings), Verbosity::Quiet) => Verbosity::Normal,
        (_, verbosity) => verbosity,
    };
    Style { verbosity, ..style }
}

fn outcome(report: &Report, deny: Option<Deny>) -> Outcome {
    let denied = deny == Some(Deny::Warnings) && report.has(Severity::Warning);
    match Outcome::of(report) {
        Outcome::Good if denied => Outcome::Findings,
        outcome => outcome,
    }
}
