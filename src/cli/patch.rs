//! `spotgen patch`

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::ValueHint;

use super::messages::Messages;
use super::{Outcome, input};
use crate::diagnostic::Failure;
use crate::load::Inputs;
use crate::patch::{FunctionConfig, Options, Patched, function_config};
use crate::source::SourceId;

/// Big enough that whole documents go out in one piece.
const BUFFER: usize = 256 << 10;

/// Place the workloads in a stream of manifests: stdin to stdout, every other byte as it was
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Configuration: a file, a directory or a glob; may be repeated, later ones are laid over earlier ones
    /// [default: ./spot-config.yaml]
    #[arg(short, long = "file", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    file: Vec<PathBuf>,

    /// Set one value of the configuration, after all files: spec.defaultClass=batch
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// The namespace of documents that name none: Helm does not tell it
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,

    /// Put a PodDisruptionBudget behind each chosen workload that the configuration does not list and that no budget
    /// of the stream covers
    #[arg(long)]
    add_budgets: bool,

    /// Leave workloads alone that cannot be edited with certainty, and warn, instead of refusing the stream
    #[arg(long)]
    skip_uneditable: bool,

    /// Read the result again, and fail unless it is the input with the placement and nothing else
    #[arg(long)]
    verify: bool,

    /// Say on stderr what was changed in each workload
    #[arg(long)]
    report: bool,
}

pub(super) fn run(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    let mut inputs = Inputs::default();
    if args.file.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::new("stdin is the stream to patch").help("give -f a file"));
    }
    let stream = input::stream(&mut inputs.sources)?;
    let function = function_config(&inputs.sources, stream);
    let (named, namespace) = match &function {
        // What is said on the command line counts before what a function is called with.
        Some(FunctionConfig::Pointer { config, namespace }) => {
            (config.as_ref().map(PathBuf::from), namespace.as_deref())
        }
        _ => (None, None),
    };
    inputs.files = match (args.file.as_slice(), function.as_ref(), named) {
        ([], Some(FunctionConfig::Whole(text)), _) => {
            vec![inputs.sources.add("functionConfig", text.as_str())]
        }
        ([], _, Some(named)) => input::configs(&[named], &mut inputs.sources)?,
        (files, _, _) => input::configs(files, &mut inputs.sources)?,
    };
    inputs.sets = args
        .set
        .iter()
        .map(|set| inputs.sources.add("--set", set.as_str()))
        .collect();
    let options = Options {
        namespace: args.namespace.as_deref().or(namespace),
        add_budgets: args.add_budgets,
        skip_uneditable: args.skip_uneditable,
        verify: args.verify,
    };
    match crate::patch(&inputs, stream, options) {
        Ok(mut patched) => {
            patched.report.sort();
            messages.report(&patched.report, &inputs.sources);
            if args.report {
                messages.lines(&report(&patched, &inputs));
            }
            write(&patched, &inputs, stream)?;
            Ok(Outcome::Good)
        }
        Err(mut report) => {
            report.sort();
            messages.report(&report, &inputs.sources);
            Ok(Outcome::Findings)
        }
    }
}

fn write(patched: &Patched, inputs: &Inputs, stream: SourceId) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let written = patched
        .write(&inputs.sources.get(stream).text, &mut out)
        .and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::new(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// A line a workload.
fn report(patched: &Patched, inputs: &Inputs) -> String {
    let mut out = String::new();
    for workload in &patched.workloads {
        let name = match &workload.namespace {
            Some(namespace) => format!("{namespace}/{}", workload.name),
            None => workload.name.clone(),
        };
        let changes = if workload.changes.is_empty() {
            "has everything".to_owned()
        } else {
            workload.changes.join(", ")
        };
        let line = inputs.sources.position(workload.place).line;
        out.push_str(&format!(
            "{} {name} (line {line}, class {}): {changes}\n",
            workload.kind, workload.class
        ));
    }
    out
}
