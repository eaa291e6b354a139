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

/// Say what is wrong with the configuration, and with the manifests of the workloads
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: input::Config,

    /// Manifests to check with it, of the workloads and of what is installed: files, directories, globs, or - for stdin.
    /// The facts of the workloads are read from there
    #[arg(value_name = "MANIFEST", value_hint = ValueHint::AnyPath)]
    manifests: Vec<PathBuf>,

    /// The same as MANIFEST
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    from: Vec<PathBuf>,

    /// How to write the findings
    #[arg(long, value_parser = names::reporters(), default_value = "text")]
    report: &'static Reporter,

    /// Let warnings count as errors; what is only worth knowing never does
    #[arg(long, value_enum, value_name = "LEVEL")]
    deny: Option<Deny>,

    /// Accept the findings of this rule; may be repeated. `spec.check.allow` does so for good, with a reason
    #[arg(long, value_name = "RULE", value_parser = known_rule)]
    allow: Vec<String>,

    /// Also print what follows in figures: minutes to on-demand, headroom, room on nodes, vCPU quota, and what comes back to Spot
    #[arg(long)]
    numbers: bool,
}

/// What counts as an error though it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Deny {
    Warnings,
}

fn known_rule(id: &str) -> Result<String, String> {
    if rules::rule(id).is_some() {
        return Ok(id.to_owned());
    }
    Err(format!(
        "there is no rule of that name: {}",
        rules::meant(id)
    ))
}

pub(super) fn run(args: &Args, style: Style) -> Result<Outcome, Failure> {
    let from: Vec<PathBuf> = args.from.iter().chain(&args.manifests).cloned().collect();
    let (inputs, manifests) = input::inputs(&args.config, &from)?;
    let manifests = (!from.is_empty()).then_some(manifests.as_slice());
    let planned = crate::pipeline::plan(&inputs, manifests);
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
    // Large trees are not taken apart at the end.
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
