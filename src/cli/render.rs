//! `spotgen render`

use std::path::PathBuf;

use clap::ValueHint;
use clap::builder::PossibleValuesParser;

use super::messages::Messages;
use super::{Outcome, input, output, print};
use crate::build;
use crate::components::{ALL, Component};
use crate::diagnostic::{Failure, Report};
use crate::formats::{self, Format, Note};
use crate::load::Inputs;
use crate::source::SourceId;

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
    let (inputs, manifests) = read(args)?;
    match compile(args, &inputs, &manifests) {
        Ok(rendered) => {
            messages.report(&rendered.report, &inputs.sources);
            if rendered.report.has_errors() && !args.no_check {
                return Ok(Outcome::Findings);
            }
            let Some(text) = &rendered.text else {
                return Err(Failure::new("there is nothing to write").help(
                    "every component that this format carries is switched off or has nothing to do",
                ));
            };
            let outcome = deliver(args, text, messages)?;
            rendered.notes.iter().for_each(|note| messages.note(note));
            Ok(outcome)
        }
        Err(mut report) => {
            report.sort();
            messages.report(&report, &inputs.sources);
            let unreadable = report.iter().any(|diagnostic| diagnostic.rule == "syntax");
            Ok(if unreadable {
                Outcome::Unable
            } else {
                Outcome::Findings
            })
        }
    }
}

fn read(args: &Args) -> Result<(Inputs, Vec<SourceId>), Failure> {
    let mut inputs = Inputs::default();
    let reads_stdin = |paths: &[PathBuf]| paths.iter().any(|path| path.as_os_str() == "-");
    if reads_stdin(&args.file) && reads_stdin(&args.from) {
        return Err(Failure::new("stdin can be read once only").help("give -f or --from a file"));
    }
    inputs.files = input::configs(&args.file, &mut inputs.sources)?;
    inputs.sets = args
        .set
        .iter()
        .map(|set| inputs.sources.add("--set", set.as_str()))
        .collect();
    let manifests = input::read(&args.from, &mut inputs.sources)?;
    Ok((inputs, manifests))
}

/// What came of a configuration.
struct Rendered {
    /// None when there is nothing to write.
    text: Option<String>,
    report: Report,
    notes: Vec<Note>,
}

/// The whole way from sources to text.
fn compile(args: &Args, inputs: &Inputs, from: &[SourceId]) -> Result<Rendered, Report> {
    let from = (!args.from.is_empty()).then_some(from);
    let (plan, mut report) = crate::plan(inputs, from)?;
    report.sort();
    let bundle = build::build(&plan, |component| args.chooses(component));
    Ok(Rendered {
        text: formats::render(args.format, &plan, &bundle),
        notes: formats::notes(args.format, &plan, &bundle),
        report,
    })
}

fn deliver(args: &Args, text: &str, messages: &mut Messages) -> Result<Outcome, Failure> {
    match &args.output {
        None => print(text)?,
        Some(path) if args.check => {
            if let Some(difference) = output::difference(path, text)? {
                messages.failure(
                    &Failure::new(difference).help("run the same command without --check"),
                );
                return Ok(Outcome::Findings);
            }
        }
        Some(path) => output::replace(path, text)?,
    }
    Ok(Outcome::Good)
}
