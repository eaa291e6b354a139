//! `spotgen init`

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueHint;
use clap::builder::PossibleValuesParser;

use super::ask::{self, ask};
use super::messages::Messages;
use super::outcome::Outcome;
use super::stdout::print;
use super::{input, output, snapshot};
use crate::diagnostic::{Failure, Severity};
use crate::formats::Note;
use crate::init::{CloudPools, Wishes, cloud_of_nodes, cloud_pools, plural};
use crate::pipeline::{Drafted, draft};
use crate::providers;
use crate::snapshot::{KINDS, Snapshot};
use crate::source::Sources;
use crate::values::shell;
use crate::values::{DnsLabel, Version};

/// Draft a configuration from a cluster, its manifests or its cloud
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What is there: the output of `kubectl get KINDS -A -o json`, rendered manifests, a directory of them, or - for
    /// stdin. Without it, and without --pools, a terminal is asked
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,

    #[command(flatten)]
    cluster: snapshot::Cluster,

    /// Node pools as the cloud lists them, since a pool without nodes is in no snapshot: the output of `az aks nodepool
    /// list -o json`, `eksctl get nodegroup -o json`, `aws eks describe-nodegroup` or `gcloud container node-pools list
    /// --format json`. May be repeated
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pools: Vec<PathBuf>,

    /// Write to this file, which must not exist, or to stdout with -
    #[arg(short, long, value_name = "PATH", value_hint = ValueHint::FilePath, default_value = "spot-config.yaml")]
    output: PathBuf,

    /// Name of the configuration [default: the name of the cluster]
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: Option<String>,

    /// Platform of the cluster [default: that of the nodes]
    #[arg(long, value_name = "PROVIDER", value_parser = PossibleValuesParser::new(providers::NAMES))]
    provider: Option<String>,

    /// Kubernetes version of the cluster [default: that of the nodes]
    #[arg(long, value_name = "VERSION", value_parser = version)]
    kubernetes_version: Option<String>,

    /// Name of the Spot pool to make, if there is none [default: spot1]
    #[arg(long, value_name = "NAME")]
    spot_pool: Option<String>,

    /// Name of the on-demand pool to make, if there is none [default: regular1]
    #[arg(long, value_name = "NAME")]
    on_demand_pool: Option<String>,

    /// VM size of a pool to make [default: that of the largest pool]
    #[arg(long, value_name = "SIZE")]
    vm_size: Option<String>,
}

fn name(text: &str) -> Result<String, String> {
    match DnsLabel::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write lower-case letters, digits and hyphens".to_owned()),
    }
}

fn version(text: &str) -> Result<String, String> {
    let text = text.trim_start_matches('v');
    match Version::parse(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write it like 1.33".to_owned()),
    }
}

pub(super) fn run(args: &Args, messages: &mut Messages) -> Result<Outcome, Failure> {
    let to_stdout = args.output == Path::new("-");
    if !to_stdout && args.output.symlink_metadata().is_ok() {
        return Err(exists(&args.output));
    }
    let has_snapshot = args.cluster.from_cluster || !args.paths.is_empty();
    let (snapshot, files) = if has_snapshot {
        snapshot::read(&args.paths, &args.cluster, messages)?
    } else {
        (Snapshot::default(), Vec::new())
    };
    let cloud = pools(&args.pools)?;
    agree(args, &cloud, &snapshot)?;
    let mut wishes = Wishes {
        name: args.name.clone(),
        provider: args.provider.as_deref().and_then(providers::named),
        kubernetes_version: args.kubernetes_version.clone(),
        spot_pool: args.spot_pool.clone(),
        on_demand_pool: args.on_demand_pool.clone(),
        vm_size: args.vm_size.clone(),
    };
    if !has_snapshot && cloud.is_empty() {
        complete(args, &mut wishes)?;
    }
    let drafted = draft(&snapshot, &cloud, &wishes).map_err(|_| {
        Failure::new("nothing in the input tells which platform the cluster runs on")
            .help("pass --provider aks, eks, gke or generic, or a snapshot with nodes")
    })?;
    if to_stdout {
        print(&drafted.text)?;
    } else {
        write(&args.output, &drafted.text)?;
    }
    snapshot::name_unread(&drafted.unread, &files, messages);
    for note in notes(args, &drafted) {
        messages.note(&note);
    }
    Ok(Outcome::Good)
}

fn exists(path: &Path) -> Failure {
    Failure::new(format!("{} exists, and is left as it is", path.display()))
        .help("write to another file with -o PATH, or to stdout with -o -")
}

/// Writes a file that did not exist.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failure = |error: &dyn std::fmt::Display| {
        Failure::new(format!("cannot write {}: {error}", path.display()))
    };
    let file = output::beside(path).map_err(|error| failure(&error))?;
    fs::write(file.path(), text).map_err(|error| failure(&error))?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => Err(exists(path)),
        Err(error) => Err(failure(&error.error)),
    }
}

fn pools(paths: &[PathBuf]) -> Result<Vec<CloudPools>, Failure> {
    let mut sources = Sources::default();
    input::read(paths, &mut sources)?;
    sources
        .iter()
        .map(|(_, source)| {
            cloud_pools::read(&source.text).map_err(|reason| {
                Failure::new(format!(
                    "cannot read the pools in {}: {reason}",
                    source.name
                ))
            })
        })
        .collect()
}

/// Lists of pools are of one cloud, which is the one that is asked for, and the one that the nodes are of.
fn agree(args: &Args, cloud: &[CloudPools], snapshot: &Snapshot) -> Result<(), Failure> {
    let asked = args.provider.as_deref().and_then(providers::named);
    let mut titles = asked
        .into_iter()
        .chain(cloud.iter().map(|cloud| cloud.provider));
    let Some(first) = titles.next() else {
        return Ok(());
    };
    match titles.find(|other| other.title != first.title) {
        Some(other) => Err(Failure::new(format!(
            "the pools are of {}, and not of {}",
            other.title, first.title
        ))
        .help("pass the lists of one cluster, and leave --provider to them")),
        None => match cloud_of_nodes(snapshot, first) {
            Some(own) => Err(Failure::new(format!(
                "the nodes of the snapshot are of {}, and {} of {}",
                own.title,
                if cloud.is_empty() {
                    "--provider is"
                } else {
                    "the pools are"
                },
                first.title
            ))
            .help("pass a snapshot and lists of one cluster, and leave --provider to them")),
            None => Ok(()),
        },
    }
}

/// Asks for what matters most, where nothing was given.
fn complete(args: &Args, wishes: &mut Wishes) -> Result<(), Failure> {
    if !ask::is_possible() {
        if wishes.provider.is_some() {
            return Ok(());
        }
        return Err(Failure::new("there is nothing to draft a configuration from").help(format!(
            "pass a snapshot (`kubectl get {KINDS} -A -o json`), manifests, --from-cluster, --pools or --provider"
        )));
    }
    let text = |text: &str| Ok(text.to_owned());
    if args.provider.is_none() {
        let provider = ask("Platform: aks, eks, gke or generic", Some("aks"), |text| {
            providers::named(&text.to_lowercase())
                .ok_or_else(|| "aks, eks, gke or generic".to_owned())
        })?;
        wishes.provider = Some(provider);
    }
    if args.name.is_none() {
        wishes.name = Some(ask("Name of the configuration", Some("my-cluster"), name)?);
    }
    if args.kubernetes_version.is_none() {
        wishes.kubernetes_version = Some(ask("Kubernetes version", Some("1.33"), version)?);
    }
    if args.spot_pool.is_none() {
        wishes.spot_pool = Some(ask("Name of the Spot pool", Some("spot1"), text)?);
    }
    if args.on_demand_pool.is_none() {
        wishes.on_demand_pool = Some(ask("Name of the on-demand pool", Some("regular1"), text)?);
    }
    if args.vm_size.is_none() {
        let size = ask("VM size of both, empty if unknown", None, text)?;
        wishes.vm_size = (!size.is_empty()).then_some(size);
    }
    Ok(())
}

/// What was drafted, and what to do next.
fn notes(args: &Args, drafted: &Drafted) -> Vec<Note> {
    let (pools, workloads, by_default) = drafted.counts;
    let count = |severity| {
        let findings = drafted.report.iter();
        findings
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let mut notes = vec![Note {
        message: format!(
            "drafted {} and {}, {by_default} in the class `default`; the checks find {} and {}",
            plural(pools, "node pool"),
            plural(workloads, "workload"),
            plural(count(Severity::Error), "error"),
            plural(count(Severity::Warning), "warning"),
        ),
        next: None,
    }];
    if args.output == Path::new("-") {
        return notes;
    }
    if args.cluster.from_cluster {
        notes.push(Note {
            message: "save what was read, to check and render against it".to_owned(),
            next: Some(format!("kubectl get {KINDS} -A -o json > cluster.json")),
        });
    }
    let file = shell::word(&args.output.to_string_lossy());
    notes.push(Note {
        message: format!(
            "read the comments in {}, then check it",
            args.output.display()
        ),
        next: Some(format!("spotgen check -f {file} {}", manifests(args))),
    });
    notes
}

/// What to check against, as words of a shell.
fn manifests(args: &Args) -> String {
    if args.cluster.from_cluster {
        return "cluster.json".to_owned();
    }
    let is_stdin = |path: &PathBuf| path == Path::new("-");
    if args.paths.is_empty() || args.paths.iter().any(is_stdin) {
        return "MANIFESTS".to_owned();
    }
    let paths = args.paths.iter();
    let words: Vec<String> = paths
        .map(|path| shell::word(&path.to_string_lossy()))
        .collect();
    words.join(" ")
}
