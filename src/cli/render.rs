//! `spotgen render`

use std::io::Write;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::PossibleValuesParser;

use super::messages::Messages;
use super::{Outcome, input, output, print_with};
use crate::build::{self, Bundle};
use crate::components::{ALL, Component};
use crate::diagnostic::{Failure, Severity};
use crate::formats::{self, Format};
use crate::plan::Plan;

/// Write what the configuration describes
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Configuration: a file, a directory, a glob, or - for stdin; may be repeated, later ones are laid over earlier
    /// ones [default: ./spot-config.yaml]
    #[arg(short, long = "file", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    file: Vec<PathBuf>,

    /// The workloads' own manifests (as -f takes them): selectors, replicas, requests and budgets are read from there
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    from: Vec<PathBuf>,

    /// Set one value of the configuration, after all files: spec.nodePools.spot1.nodes.max=20. A list replaces the one
    /// that is there, null removes
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Manifests)]
    format: Format,

    /// Write to this file instead of stdout
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,

    /// Write nothing, and fail where the file named by --output differs
    #[arg(long, requires = "output")]
    check: bool,

    /// Write the output in spite of findings of level error
    #[arg(long)]
    no_check: bool,

    /// Write these components only; several are separated by commas
    #[arg(long, value_name = "COMPONENT", value_delimiter = ',', value_parser = component_names())]
    only: Vec<String>,

    /// Leave these components out; several are separated by commas
    #[arg(long, value_name = "COMPONENT", value_delimiter = ',', value_parser = component_names(), conflicts_with = "only")]
    skip: Vec<String>,
}

fn component_names() -> PossibleValuesParser {
    PossibleValuesParser::new(ALL.iter().map(|component| component.name))
}

impl Args {
    fn chooses(&self, component: &Component) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == component.name);
        (self.only.is_empty() || names(&self.only)) && !names(&self.skip)
    }
}

pub(super) fn run(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    let (inputs, manifests) = input::inputs(&args.file, &args.set, &args.from)?;
    let from = (!args.from.is_empty()).then_some(manifests.as_slice());
    match crate::plan(&inputs, from) {
        Ok(planned) => {
            // Nothing comes after this, and to take large trees apart piece by piece takes long.
            let planned = ManuallyDrop::new(planned);
            let plan = &planned.plan;
            let mut report = planned.check(&[]);
            // What is only worth knowing is for those who ask: `spotgen check`.
            report.retain(|diagnostic| diagnostic.severity > Severity::Info);
            messages.report(&report, &inputs.sources);
            if report.has_errors() && !args.no_check {
                return Ok(Outcome::Findings);
            }
            let bundle = build::build(plan, |component| args.chooses(component));
            let Some(outcome) = deliver(args, plan, &bundle, messages)? else {
                return Err(Failure::new("there is nothing to write").help(
                    "every component that this format carries is switched off or has nothing to do",
                ));
            };
            for note in formats::notes(args.format, plan, &bundle) {
                messages.note(&note);
            }
            Ok(outcome)
        }
        Err(mut report) => {
            report.sort();
            messages.report(&report, &inputs.sources);
            Ok(if report.is_unreadable() {
                Outcome::Unable
            } else {
                Outcome::Findings
            })
        }
    }
}

/// Brings the output to where it goes; `None` when there is nothing to write.
fn deliver(
    args: &Args,
    plan: &Plan,
    bundle: &Bundle<'_>,
    messages: &mut Messages,
) -> Result<Option<Outcome>, Failure> {
    let write = |out: &mut dyn Write| formats::write(args.format, plan, bundle, out);
    let has_written = match &args.output {
        None => print_with(write)?,
        Some(path) if args.check => {
            let mut text = Vec::new();
            let has_written = write(&mut text).expect("memory takes everything");
            if has_written && let Some(difference) = output::difference(path, &text)? {
                messages.failure(
                    &Failure::new(difference).help("run the same command without --check"),
                );
                return Ok(Some(Outcome::Findings));
            }
            has_written
        }
        Some(path) => output::replace(path, write)?,
    };
    Ok(has_written.then_some(Outcome::Good))
}
