//! `spotgen check`

use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

use super::outcome::Outcome;
use super::stdout::print;
use super::{input, names};
use crate::check::Detail;
use crate::check::rules;
use crate::diagnostic::{Failure, Report, Severity};
use crate::reporters::{Reporter, Results, Style};

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

pub(super) fn run(args: &Args, style: Style) -> Result<Outcome, Failure> {
    let from: Vec<PathBuf> = args.from.iter().chain(&args.manifests).cloned().collect();
    let (inputs, manifests) = input::inputs(&args.config, &from)?;
    let manifests = (!from.is_empty()).then_some(manifests.as_slice());
    let planned = crate::pipeline::survey(&inputs, manifests);
    let (report, numbers) = match &planned {
        Ok(planned) => {
            let numbers = args.numbers.then(|| planned.figures());
            (planned.check(&args.allow, Detail::ALL), numbers)
        }
        Err(report) => {
            let mut report = report.clone();
            report.sort();
            (report, None)
        }
    };
    let results = Results {
        report: &report,
        numbers: numbers.as_deref(),
        sources: &inputs.sources,
        style,
    };
    print(&(args.report.render)(results))?;
    let outcome = outcome(&report, args.deny);
    // Skip dropping large trees at exit.
    std::mem::forget(planned);
    Ok(outcome)
}

fn outcome(report: &Report, deny: Option<Deny>) -> Outcome {
    let denied = deny == Some(Deny::Warnings) && report.has(Severity::Warning);
    match Outcome::of(report) {
        Outcome::Good if denied => Outcome::Findings,
        outcome => outcome,
    }
}
