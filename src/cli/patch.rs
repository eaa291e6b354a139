//! `spotgen patch`

use std::io::{self, Read};
use std::path::PathBuf;

use clap::ValueHint;

use super::input;
use super::messages::Messages;
use super::outcome::Outcome;
use super::spool::Spool;
use super::stdout::print_with;
use crate::diagnostic::Failure;
use crate::load::Inputs;
use crate::patch::{self, Documents, FunctionConfig, Options, Placed};
use crate::source::{FUNCTION_CONFIG, STDIN, SourceId};

/// Place the workloads in a stream of manifests: stdin to stdout, every other byte as it was
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
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

    /// Put a `PodDisruptionBudget` behind each chosen workload that the configuration does not list and that no budget
    /// of the stream covers, and warn where it would do harm
    #[arg(long)]
    add_budgets: bool,

    /// Leave workloads and lists alone that cannot be edited with certainty, and warn, instead of refusing the stream
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
    if args.file.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::new("stdin is the stream to patch").help("give -f a file"));
    }
    let mut inputs = Inputs::default();
    let (mut documents, whole) = stream(args, &mut inputs)?;
    let first = documents.peek().map_err(|error| unreadable(&error))?;
    let function = patch::function_config(first)?;
    let namespace = configure(args, function.as_ref(), &mut inputs)?;
    let options = Options {
        namespace: namespace.as_deref(),
        skip_uneditable: args.skip_uneditable,
        verify: args.verify,
        report: args.report,
    };
    let configured = match crate::pipeline::configure(&inputs, true) {
        Ok(configured) => configured,
        Err(mut report) => {
            report.sort();
            messages.report(&report, &inputs.sources);
            return Ok(Outcome::of(&report));
        }
    };
    let mut spool = Spool::new();
    let mut patched = crate::pipeline::patch(
        &inputs,
        configured,
        &mut documents,
        whole,
        options,
        &mut spool,
    )
    .map_err(|error| unreadable(&error))?;
    inputs.sources.extend(patched.texts);
    patched.report.sort();
    messages.report(&patched.report, &inputs.sources);
    // A stream that is not YAML is refused like any other that cannot be patched.
    if patched.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    if args.report {
        messages.lines(&report(&patched.workloads));
    }
    print_with(|mut out| spool.release(&mut out).map(|()| true))?;
    Ok(Outcome::Good)
}

type Stream = Documents<Box<dyn Read>>;

/// The stream as documents; with `--add-budgets` as a source too, since a budget may come behind what it covers.
fn stream(args: &Args, inputs: &mut Inputs) -> Result<(Stream, Option<SourceId>), Failure> {
    if !args.add_budgets {
        return Ok((Documents::new(Box::new(io::stdin().lock())), None));
    }
    let bytes = whole(io::stdin().lock())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let whole = inputs.sources.add(STDIN, text);
    Ok((
        Documents::new(Box::new(io::Cursor::new(bytes))),
        Some(whole),
    ))
}

/// All of a stream, as long as it is no longer than a single document may be.
fn whole(reader: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(patch::MAX_DOCUMENT).expect("a size fits in 64 bits");
    reader
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() > patch::MAX_DOCUMENT {
        let limit = patch::MAX_DOCUMENT >> 20;
        let message = format!("the stream is larger than the {limit} MiB that are held in memory");
        return Err(Failure::new(message)
            .help("leave --add-budgets out: without it a stream may be as long as it likes"));
    }
    Ok(bytes)
}

/// Reads the configuration, and says the namespace. What is said on the command line counts before what a function is
/// called with.
fn configure(
    args: &Args,
    function: Option<&FunctionConfig>,
    inputs: &mut Inputs,
) -> Result<Option<String>, Failure> {
    let mut namespace = args.namespace.clone();
    let sources = &mut inputs.sources;
    inputs.files = match function {
        Some(FunctionConfig::Whole(text)) if args.file.is_empty() => {
            vec![sources.add(FUNCTION_CONFIG, text.as_str())]
        }
        Some(FunctionConfig::Pointer {
            config,
            namespace: named,
        }) => {
            namespace = namespace.or_else(|| named.clone());
            match config {
                Some(config) if args.file.is_empty() => {
                    input::configs(&[PathBuf::from(config)], sources)?
                }
                _ => input::configs(&args.file, sources)?,
            }
        }
        _ => input::configs(&args.file, sources)?,
    };
    inputs.sets = input::sets(&args.set, sources);
    Ok(namespace)
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(format!("cannot patch the stream: {error}"))
}

/// A line a workload.
fn report(workloads: &[Placed]) -> String {
    let line_of = |workload: &Placed| {
        let Placed {
            kind, line, class, ..
        } = workload;
        let name = match &workload.namespace {
            Some(namespace) => format!("{namespace}/{}", workload.name),
            None => workload.name.clone(),
        };
        let changes = if workload.changes.is_empty() {
            "has everything".to_owned()
        } else {
            workload.changes.join(", ")
        };
        format!("{kind} {name} (line {line}, class {class}): {changes}\n")
    };
    workloads.iter().map(line_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_without_end_is_refused() {
        let failure = whole(io::repeat(b'x')).expect_err("too large");
        assert!(failure.message.contains("larger than"));
        assert_eq!(whole(&b"---\n"[..]).expect("short"), b"---\n");
    }
}
