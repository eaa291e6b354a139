//! Reads a snapshot of a cluster: from a file, from stdin, or from kubectl.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::complaint::complaint;
use super::input;
use super::messages::Messages;
use crate::components::WANTED;
use crate::diagnostic::Failure;
use crate::formats::Note;
use crate::init::cloud_pools;
use crate::snapshot::{KINDS, Problem, Snapshot};
use crate::source::Sources;
use crate::values::shell;

/// A cluster to read, instead of files.
#[derive(Debug, clap::Args)]
pub(super) struct Cluster {
    /// Run kubectl to read the cluster of the current context. Secrets are never read
    #[arg(long)]
    pub(super) from_cluster: bool,

    /// With --from-cluster: the kubectl context to read
    #[arg(long, value_name = "NAME", requires = "from_cluster")]
    context: Option<String>,
}

/// The program to run; the environment may name another one, such as `oc`.
const KUBECTL: &str = "KUBECTL";

impl Cluster {
    /// The text that kubectl prints. The command is shown, so that people can run it themselves and keep what it prints.
    ///
    /// # Errors
    /// If kubectl cannot be run, or fails.
    pub(super) fn run_kubectl(&self, messages: &mut Messages) -> Result<String, Failure> {
        let program = std::env::var(KUBECTL)
            .ok()
            .filter(|program| !program.is_empty())
            .unwrap_or_else(|| "kubectl".to_owned());
        let mut arguments = vec!["get", KINDS, "-A", "-o", "json"];
        if let Some(context) = &self.context {
            arguments.extend(["--context", context]);
        }
        let words = std::iter::once(program.as_str()).chain(arguments.iter().copied());
        let words: Vec<String> = words.map(shell::word).collect();
        messages.note(&Note {
            message: "reading the cluster".to_owned(),
            next: Some(words.join(" ")),
        });
        let output = Command::new(&program)
            .args(&arguments)
            .stdin(Stdio::inherit())
            .stderr(Stdio::piped())
            .output()
            .map_err(|error| {
                Failure::new(format!("cannot run {program}: {error}")).help(
                    "install kubectl, or run the command above elsewhere and pass its output as a file",
                )
            })?;
        let complaint = complaint(&String::from_utf8_lossy(&output.stderr));
        // Where a kind is forbidden or not known, kubectl prints the others and fails.
        let is_partial = !output.status.success() && !output.stdout.is_empty();
        if is_partial {
            messages.note(&Note {
                message: format!("{program} could not read everything: {complaint}"),
                next: None,
            });
        } else if !output.status.success() {
            return Err(Failure::new(format!("{program} failed: {complaint}"))
                .help("the command above must work: check the context and your permissions"));
        }
        String::from_utf8(output.stdout)
            .map_err(|_| Failure::new(format!("{program} printed something that is not UTF-8")))
    }
}

/// Reads a snapshot, and says what in it cannot be understood. The names are those of its texts.
///
/// # Errors
/// If it cannot be read at all, or nothing is in it.
pub(super) fn read(
    paths: &[PathBuf],
    cluster: &Cluster,
    messages: &mut Messages,
) -> Result<(Snapshot, Vec<String>), Failure> {
    let mut sources = Sources::default();
    if cluster.from_cluster {
        sources.add("the cluster", cluster.run_kubectl(messages)?);
    } else {
        input::read_objects(paths, &mut sources)?;
        name_folders(paths, messages);
    }
    let texts = sources.iter().map(|(_, source)| source.text.as_str());
    let snapshot = Snapshot::read(texts, WANTED.config_map);
    not_pools(&sources)?;
    name_problems(&snapshot, &sources, messages);
    // Beside other objects, a configuration is only one of the files of a folder.
    if snapshot.kinds.keys().all(|kind| kind == CONFIGURATION) {
        let names: Vec<&str> = sources
            .iter()
            .map(|(_, source)| source.name.as_str())
            .collect();
        let names = names.join(", ");
        let message = if snapshot.is_empty() {
            format!("there is no Kubernetes object in {names}")
        } else {
            format!("{names} is a configuration of spotgen, and not what is in a cluster")
        };
        return Err(Failure::new(message).help(format!(
            "save the cluster with `kubectl get {KINDS} -A -o json > cluster.json`"
        )));
    }
    let files = sources.iter().map(|(_, source)| source.name.clone());
    let files = files.collect();
    Ok((snapshot, files))
}

/// What is easily mistaken for a snapshot, too: `spotgen status` takes one with -f.
const CONFIGURATION: &str = "SpotConfig";

/// At most this many problems are named one by one.
const PROBLEMS_SHOWN: usize = 10;

/// The cloud's list of pools is easily mistaken for a snapshot.
fn not_pools(sources: &Sources) -> Result<(), Failure> {
    // A snapshot is an object or a list of that kind.
    let mut lists = sources.iter().map(|(_, source)| source);
    let list = lists.find(|source| {
        let is_list = source
            .text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with('[');
        is_list && cloud_pools::read(&source.text).is_ok()
    });
    match list {
        None => Ok(()),
        Some(source) => Err(Failure::new(format!(
            "{} is a list of node pools of the cloud, and no snapshot",
            source.name
        ))
        .help(format!(
            "pass it to `spotgen init` with --pools: --pools {}",
            shell::word(&source.name)
        ))),
    }
}

/// Folders within a named one are not read, as kubectl does not.
fn name_folders(paths: &[PathBuf], messages: &mut Messages) {
    for path in paths.iter().filter(|path| path.is_dir()) {
        let folders = input::passed_over(path);
        let Some(first) = folders.first() else {
            continue;
        };
        let count = folders.len();
        messages.note(&Note {
            message: format!(
                "{count} {} in {} not read, such as {}",
                if count == 1 { "folder" } else { "folders" },
                path.display(),
                first.display()
            )
            .replace(
                " not read",
                if count == 1 {
                    " is not read"
                } else {
                    " are not read"
                },
            ),
            next: Some(format!(
                "name them too, or a glob: {}",
                shell::word(&path.join("**").join("*.yaml").to_string_lossy())
            )),
        });
    }
}

/// Names objects of a snapshot that are not read in full.
pub(super) fn name_unread(unread: &[Problem], files: &[String], messages: &mut Messages) {
    for Problem {
        subject,
        reason,
        text,
    } in unread.iter().take(PROBLEMS_SHOWN)
    {
        let file = files.get(*text).map(String::as_str).unwrap_or_default();
        messages.note(&Note {
            message: format!("{subject} in {file} is not read in full: {reason}"),
            next: None,
        });
    }
    let more = unread.len().saturating_sub(PROBLEMS_SHOWN);
    if more > 0 {
        messages.note(&Note {
            message: format!("{more} more objects are not read in full"),
            next: None,
        });
    }
}

fn name_problems(snapshot: &Snapshot, sources: &Sources, messages: &mut Messages) {
    let files: Vec<&str> = sources
        .iter()
        .map(|(_, source)| source.name.as_str())
        .collect();
    let mut note = |message: String| {
        messages.note(&Note {
            message,
            next: None,
        });
    };
    for Problem {
        subject,
        reason,
        text,
    } in snapshot.problems.iter().take(PROBLEMS_SHOWN)
    {
        let file = files.get(*text).copied().unwrap_or_default();
        note(format!("{subject} in {file} is left out: {reason}"));
    }
    let more = snapshot.problems.len().saturating_sub(PROBLEMS_SHOWN);
    if more > 0 {
        note(format!("{more} more objects are left out"));
    }
}
