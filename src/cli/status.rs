//! `spotgen status`

use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

use super::messages::Messages;
use super::outcome::Outcome;
use super::stdout::print;
use super::{input, snapshot};
use crate::check::Detail;
use crate::diagnostic::{Failure, Severity};
use crate::load::Inputs;
use crate::pipeline::{Planned, survey};
use crate::reporters::{Style, text::render};
use crate::snapshot::Snapshot;
use crate::status::{self, Advice, Input};
use crate::values::shell;

/// Show which parts of the system a cluster has, whose they are, and whether they work
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What `kubectl get --all-namespaces --output json` (or yaml) prints: files, directories, globs, or - for stdin
    #[arg(value_name = "SNAPSHOT", value_hint = ValueHint::AnyPath, required_unless_present = "from_cluster", conflicts_with = "from_cluster")]
    snapshots: Vec<PathBuf>,

    #[command(flatten)]
    cluster: snapshot::Cluster,

    /// Compare the cluster to this configuration: a file, a directory or a glob. May be repeated; later ones override
    /// earlier ones. Without it, only what is there is judged
    #[arg(short, long = "file", value_name = "PATH", value_hint = ValueHint::AnyPath)]
    file: Vec<PathBuf>,

    /// Format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    report: Report,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Report {
    /// For people: one screen
    Text,
    /// One JSON object, as described in docs/status.md
    Json,
}

pub(super) fn run(args: &Args, style: Style, messages: &mut Messages) -> Result<Outcome, Failure> {
    let reads_stdin = |paths: &[PathBuf]| paths.iter().any(|path| path.as_os_str() == "-");
    if reads_stdin(&args.file) && reads_stdin(&args.snapshots) {
        return Err(Failure::new("stdin can be read only once")
            .help("pass a file to -f or as the snapshot instead of `-`"));
    }
    let mut inputs = Inputs::default();
    let is_assumed = args.file.is_empty();
    if !is_assumed {
        inputs.files = input::configs(&args.file, &mut inputs.sources)?;
    }
    let (snapshot, files) = snapshot::read(&args.snapshots, &args.cluster, messages)?;
    if is_assumed {
        let text = status::assumed_config(&snapshot);
        inputs.files = vec![inputs.sources.add("the nodes of the snapshot", text)];
    }
    let objects = inputs
        .sources
        .add("the snapshot", snapshot.objects.as_str());
    let planned = survey(&inputs, Some(&[objects]));
    let planned = match &planned {
        Ok(planned) => planned,
        Err(report) => {
            print(&render(report, &inputs.sources, style))?;
            return Ok(Outcome::Unable);
        }
    };
    snapshot::name_unread(&planned.unread(&snapshot, objects), &files, messages);
    let errors = if is_assumed { 0 } else { errors(planned) };
    let advice = Advice {
        errors,
        ..advice(args)
    };
    let status = judge(&snapshot, planned, is_assumed, &advice);
    print(&match args.report {
        Report::Text => status::text(&status, style),
        Report::Json => status::json(&status),
    })?;
    Ok(if status.is_good() {
        Outcome::Good
    } else {
        Outcome::Findings
    })
}

fn judge(
    snapshot: &Snapshot,
    planned: &Planned<'_>,
    is_assumed: bool,
    advice: &Advice,
) -> status::Status {
    let manifests = planned.manifests.as_ref().expect("they are given");
    status::judge(&Input {
        snapshot,
        manifests,
        system: &planned.system,
        document: &planned.document,
        is_assumed,
        advice,
    })
}

/// How many errors keep the configuration from being rendered with these manifests.
fn errors(planned: &Planned<'_>) -> usize {
    let detail = Detail {
        least: Severity::Error,
        ..Detail::ALL
    };
    planned.check(&[], detail).count(Severity::Error)
}

/// What the commands that are advised need: the configuration, and the snapshot, which stands for the manifests.
fn advice(args: &Args) -> Advice {
    let is_stdin = |path: &PathBuf| path.as_os_str() == "-";
    let words = |paths: &[PathBuf]| {
        let words = paths
            .iter()
            .map(|path| shell::word(&path.to_string_lossy()));
        words.collect::<Vec<_>>()
    };
    let has_files = !args.snapshots.is_empty() && !args.snapshots.iter().any(is_stdin);
    let snapshots = if has_files {
        words(&args.snapshots)
    } else {
        vec!["SNAPSHOT".to_owned()]
    };
    let files = words(&args.file).into_iter();
    let files = files.flat_map(|file| ["-f".to_owned(), file]);
    let from = snapshots.iter();
    let from = from.flat_map(|path| ["--from".to_owned(), path.clone()]);
    let input: Vec<String> = files.chain(from).collect();
    Advice {
        input: if args.file.is_empty() {
            String::new()
        } else {
            input.join(" ")
        },
        live: if args.cluster.from_cluster {
            "--from-cluster".to_owned()
        } else {
            snapshots.join(" ")
        },
        errors: 0,
    }
}
