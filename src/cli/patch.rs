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

/// Add placement to the workloads in a stream of manifests, or in files
///
/// Reads stdin and writes stdout, unless files are named. Every other byte stays as it was.
#[derive(Debug, clap::Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct Args {
    /// Files to change instead of a stream: files, directories or globs. Needs --in-place, --check or --diff
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) paths: Vec<PathBuf>,

    /// Write the result into the files, all of them or none. A file that needs no change is not written
    #[arg(short, long, requires = "paths")]
    pub(super) in_place: bool,

    /// Write nothing: list the files that would change, and exit with 1 if there are any
    #[arg(long, requires = "paths")]
    pub(super) check: bool,

    /// Write nothing: print how the files would change
    #[arg(long, requires = "paths")]
    pub(super) diff: bool,

    /// Configuration: a file, a directory or a glob. May be repeated; later ones override earlier ones
    /// [default: ./spot-config.yaml]
    #[arg(short, long = "file", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    file: Vec<PathBuf>,

    /// Override one value of the configuration, after all files are merged: spec.defaultClass=batch
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Namespace of documents that do not set one: Helm does not pass it on
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,

    /// Append a `PodDisruptionBudget` for each selected workload that is not listed in the configuration and that no
    /// budget in the stream covers; warn where a budget would do harm
    #[arg(long, conflicts_with = "paths")]
    add_budgets: bool,

    /// Skip workloads and lists that cannot be edited safely, with a warning, instead of rejecting the stream
    #[arg(long)]
    skip_uneditable: bool,

    /// Parse the result again, and fail if it differs from the input in anything but placement
    #[arg(long)]
    verify: bool,

    /// Print to stderr what was changed in each workload
    #[arg(long)]
    pub(super) report: bool,
}

pub(super) fn run(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    if args.file.iter().any(|path| path.as_os_str() == "-") {
        return Err(
            Failure::new("stdin is the stream to patch, so -f cannot read from it")
                .help("pass a file to -f"),
        );
    }
    let mut inputs = Inputs::default();
    let (mut documents, whole) = stream(args, &mut inputs)?;
    let first = documents.peek().map_err(|error| unreadable(&error))?;
    let function = patch::function_config(first)?;
    let namespace = configure(args, function.as_ref(), &mut inputs)?;
    let options = args.options(None, namespace.as_deref());
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
    // A stream that is not YAML is rejected like any other that cannot be patched.
    if patched.report.has_errors() {
        return Ok(Outcome::Findings);
    }
    if args.report {
        messages.wrapped(&report(&patched.workloads));
    }
    print_with(|mut out| spool.release(&mut out).map(|()| true))?;
    Ok(Outcome::Good)
}

impl Args {
    pub(super) fn options<'a>(
        &self,
        file: Option<&'a str>,
        namespace: Option<&'a str>,
    ) -> Options<'a> {
        Options {
            file,
            whole: None,
            namespace,
            skip_uneditable: self.skip_uneditable,
            verify: self.verify,
            report: self.report,
        }
    }
}

type Stream = Documents<Box<dyn Read>>;

/// The stream as documents; with `--add-budgets` also as a source, since a budget may follow the workload it covers.
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

/// The whole stream, which may be no longer than a single document.
fn whole(reader: impl Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(patch::MAX_DOCUMENT).expect("a size fits in 64 bits");
    reader
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(&error))?;
    if bytes.len() > patch::MAX_DOCUMENT {
        let limit = patch::MAX_DOCUMENT >> 20;
        let message = format!("the stream is larger than {limit} MiB, the limit for --add-budgets");
        return Err(Failure::new(message)
            .help("remove --add-budgets: without it the length of a stream is not limited"));
    }
    Ok(bytes)
}

/// Reads the configuration and returns the namespace. The command line takes precedence over the function's
/// configuration.
pub(super) fn configure(
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

/// One line per workload.
pub(super) fn report(workloads: &[Placed]) -> String {
    let line_of = |workload: &Placed| {
        let Placed {
            kind, line, class, ..
        } = workload;
        let name = match &workload.namespace {
            Some(namespace) => format!("{namespace}/{}", workload.name),
            None => workload.name.clone(),
        };
        let changes = if workload.is_without_pods && workload.changes.is_empty() {
            "nothing added: no pods were found in it".to_owned()
        } else if workload.changes.is_empty() {
            "already up to date".to_owned()
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
