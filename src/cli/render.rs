//! `spotgen render`

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use clap::ValueHint;

use super::chosen::Chosen;
use super::messages::Messages;
use super::outcome::Outcome;
use super::output::Drift;
use super::stdout::print_with;
use super::{directory, input, names, output};
use crate::check::{Detail, WITHOUT_MANIFESTS};
use crate::components::System;
use crate::components::bundle::{self, Bundle};
use crate::components::{ComponentId, proportional_autoscaler};
use crate::diagnostic::{Failure, Limit, Report, Severity};
use crate::files::Files;
use crate::formats::{Format, Note, Writer};

/// At most this many warnings per rule are shown; `spotgen check` shows all.
const WARNINGS_SHOWN: Limit = Limit(10);

/// Render the configuration as manifests, charts, patches or scripts
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: input::Config,

    /// Manifests of the workloads, given like -f: selectors, replicas, requests and budgets are read from them
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    from: Vec<PathBuf>,

    /// Output format
    #[arg(long, value_parser = names::formats(), default_value = "manifests")]
    format: &'static Format,

    /// Write to this file instead of stdout, or into this directory: a format of several files needs one
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    output: Option<PathBuf>,

    /// Write nothing, and fail if --output is not up to date
    #[arg(long, requires = "output")]
    check: bool,

    /// Write the output even if there are errors
    #[arg(long)]
    no_check: bool,

    #[command(flatten)]
    chosen: Chosen,
}

impl Args {
    /// The rule whose findings say nothing of this output, if there is one.
    fn without_concern(&self) -> Option<&'static str> {
        let reads_workloads = self.format.reads_workloads && self.chosen.reads_workloads();
        (!reads_workloads).then_some(WITHOUT_MANIFESTS)
    }

    /// Whether the output is a directory, or named like one.
    fn writes_a_directory(&self) -> bool {
        self.output.as_deref().is_some_and(|path| {
            path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
        })
    }
}

pub(super) fn run(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    let (inputs, manifests) = input::inputs(&args.config, &args.from)?;
    let from = (!args.from.is_empty()).then_some(manifests.files.as_slice());
    match crate::pipeline::plan(&inputs, from) {
        Ok(planned) => {
            // This is the last step: skip dropping large trees at exit.
            let mut planned = ManuallyDrop::new(planned);
            // Infos are shown on request, by `spotgen check`.
            let detail = Detail {
                without: args.without_concern(),
                least: messages.verbosity().least().min(Severity::Warning),
                limit: WARNINGS_SHOWN,
            };
            let mut report = planned.check(&[], detail);
            // Pruning with half a system deletes the other half.
            for finding in report.iter_mut() {
                if finding.rule == WITHOUT_MANIFESTS {
                    finding.severity = Severity::Error;
                }
            }
            if detail.least <= Severity::Info {
                report.extend(manifests.left_out);
                report.sort();
            }
            messages.report(&report, &inputs.sources);
            for note in &unshown(&report, args) {
                messages.note(note);
            }
            if report.has_errors() && !args.no_check {
                return Ok(Outcome::Findings);
            }
            if !args.chosen.has(ComponentId::ProportionalAutoscaler) {
                proportional_autoscaler::leave_out(&mut planned.system);
            }
            let system = &planned.system;
            let bundle = bundle::build(system, |component| args.chosen.has(component));
            let refusals = planned.refusals(args.format, &bundle);
            if !refusals.is_empty() {
                messages.report(&refusals, &inputs.sources);
                return Ok(Outcome::Findings);
            }
            let Some(outcome) = deliver(args, system, &bundle, messages)? else {
                return Err(Failure::new("there is nothing to write").help(
                    "every component that this format can write is disabled, skipped or not needed: check the configuration, --only and --skip",
                ));
            };
            // Who compares has read them.
            if !args.check {
                for note in (args.format.notes)(system, &bundle) {
                    messages.note(&note);
                }
            }
            Ok(outcome)
        }
        Err(mut report) => {
            report.sort();
            messages.report(&report, &inputs.sources);
            Ok(Outcome::of(&report))
        }
    }
}

/// How many warnings of each rule are hidden, and how to see them.
fn unshown(report: &Report, args: &Args) -> Vec<Note> {
    let next = if args.from.is_empty() {
        "spotgen check"
    } else {
        "spotgen check MANIFESTS"
    };
    let left_out = report.left_out().iter();
    left_out
        .map(|(rule, count)| {
            let s = if *count == 1 { "" } else { "s" };
            Note {
                message: format!("{count} more warning{s} of `{rule}` not shown"),
                next: Some(next.to_owned()),
            }
        })
        .collect()
}

/// Writes the output to its destination; `None` if there is nothing to write.
fn deliver(
    args: &Args,
    system: &System,
    bundle: &Bundle<'_>,
    messages: &mut Messages,
) -> Result<Option<Outcome>, Failure> {
    let delivered = match args.format.writer {
        Writer::Stream(write) => stream(args, |out| write(system, bundle, out))?,
        Writer::Directory(make) => directory(args, &make(system, bundle))?,
        Writer::Either { files, .. } if args.writes_a_directory() => {
            directory(args, &files(system, bundle))?
        }
        Writer::Either { stream: write, .. } => stream(args, |out| write(system, bundle, out))?,
    };
    let mut drift = match delivered {
        Delivered::Nothing => return Ok(None),
        Delivered::AsItIs => return Ok(Some(Outcome::Good)),
        Delivered::Differs(drift) => drift,
    };
    let last = drift.differences.pop().expect("a drift has a difference");
    for difference in drift.differences {
        messages.failure(&Failure::new(difference.what));
        messages.lines(&difference.lines);
    }
    messages.lines(&last.lines);
    let help = format!("{}: {}", drift.help, messages.command_without("--check"));
    messages.failure(&Failure::new(last.what).help(help));
    Ok(Some(Outcome::Findings))
}

/// The result of a delivery.
enum Delivered {
    /// There is nothing to write.
    Nothing,
    /// The output is written, or already up to date.
    AsItIs,
    Differs(Drift),
}

impl Delivered {
    fn of(drift: Option<Drift>) -> Self {
        drift.map_or(Self::AsItIs, Self::Differs)
    }

    fn written(has_written: bool) -> Self {
        if has_written {
            Self::AsItIs
        } else {
            Self::Nothing
        }
    }
}

/// Opening it by name would give a second file description with its own offset.
const STDOUT: &str = "/dev/stdout";

/// Writes a stream, or compares it with the existing file.
fn stream(
    args: &Args,
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<Delivered, Failure> {
    let named = args.output.as_deref();
    match named {
        Some(path) if args.check => {
            let mut text = Vec::new();
            let has_written = write(&mut text).expect("writing to memory cannot fail");
            if !has_written {
                return Ok(Delivered::Nothing);
            }
            output::difference(path, &text).map(Delivered::of)
        }
        Some(path) if path != Path::new(STDOUT) => {
            output::replace(path, write).map(Delivered::written)
        }
        _ => print_with(write).map(Delivered::written),
    }
}

/// Writes files into a directory, or compares them with the existing ones.
fn directory(args: &Args, files: &Files) -> Result<Delivered, Failure> {
    let name = args.format.name;
    let Some(path) = &args.output else {
        return Err(
            Failure::new(format!("the format `{name}` writes a directory of files"))
                .help("name the directory: -o DIR"),
        );
    };
    if files.is_empty() {
        return Ok(Delivered::Nothing);
    }
    if args.check {
        return directory::differences(path, name, files).map(Delivered::of);
    }
    directory::write(path, name, files)?;
    Ok(Delivered::AsItIs)
}
