//! `spotgen diff`

use std::path::PathBuf;

use clap::{ValueEnum, ValueHint};

use super::chosen::Chosen;
use super::input;
use super::kubectl::Kubectl;
use super::messages::Messages;
use super::outcome::Outcome;
use super::stdout::print;
use crate::check::{Detail, WITHOUT_MANIFESTS};
use crate::components::{ComponentId, System, bundle, proportional_autoscaler};
use crate::diagnostic::{Failure, Severity};
use crate::diff::{self, Differences, Identity, Objects, Scope};
use crate::formats::Note;
use crate::kubernetes::GENERATOR;
use crate::kubernetes::{MANAGED_BY_LABEL, PART_OF_LABEL};
use crate::load::Inputs;
use crate::pipeline::Planned;
use crate::reporters::Style;
use crate::source::{SourceId, Sources};

/// Compare the manifests with a cluster, with files or with another configuration
///
/// Differences are shown by object and field. Defaults of the API server and fields of others are none: only what
/// `spotgen render` writes is compared, and what an earlier version of it wrote. Nothing is changed.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 compared; 1 differences, with --exit-code; 2 could not compare"
)]
#[command(group = clap::ArgGroup::new("other").required(true).multiple(false).args(["live", "from_cluster", "against"]))]
pub(super) struct Args {
    #[command(flatten)]
    config: input::Config,

    /// What to compare with: objects as `kubectl get -o json` or `-o yaml` prints them, or manifests: files, directories,
    /// globs, or - for stdin. With `--show-managed-fields`, kubectl also tells who has set a field
    #[arg(value_name = "LIVE", value_hint = ValueHint::AnyPath)]
    live: Vec<PathBuf>,

    /// Compare with the cluster: run `kubectl get` for the generated objects, and for those that a prune would find. The
    /// commands are printed to stderr
    #[arg(long)]
    from_cluster: bool,

    /// Context of the kubeconfig for --from-cluster
    #[arg(long, value_name = "NAME", requires = "from_cluster")]
    context: Option<String>,

    /// Compare with the manifests and node pools of this configuration, given like -f. May be repeated; later ones
    /// override earlier ones
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    against: Vec<PathBuf>,

    /// Manifests of the workloads, given like -f: selectors, replicas, requests and budgets are read from them
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    from: Vec<PathBuf>,

    /// Manifests of the workloads for --against, if they differ from those of --from
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath, requires = "against")]
    against_from: Vec<PathBuf>,

    #[command(flatten)]
    chosen: Chosen,

    /// Name under which `kubectl apply --server-side` applies
    #[arg(
        long,
        value_name = "NAME",
        default_value = "kubectl",
        conflicts_with = "against"
    )]
    field_manager: String,

    /// Format of the differences
    #[arg(long, value_enum, default_value_t = Report::Text)]
    report: Report,

    /// Exit with 1 if there are differences
    #[arg(long)]
    exit_code: bool,
}

/// How differences are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Report {
    /// For people: by object and field
    Text,
    /// One JSON object, as described in docs/diff.md
    Json,
}

pub(super) fn run(args: &Args, style: Style, messages: &mut Messages) -> Result<Outcome, Failure> {
    let (inputs, manifests) = input::inputs(&args.config, &args.from)?;
    let from = (!args.from.is_empty()).then_some(manifests.files.as_slice());
    let Some(mut planned) = plan(&inputs, from, args, messages) else {
        return Ok(Outcome::Unable);
    };
    let new = objects(&mut planned.system, args);
    if new.is_empty() && args.against.is_empty() {
        return Err(Failure::new("there is nothing to compare").help(
            "every component with objects is disabled or left out: check the configuration, --only and --skip",
        ));
    }
    let differences = if args.against.is_empty() {
        let live = live(&new, &planned.system, args, messages)?;
        of_objects(&new, &live, &planned.system, args)
    } else {
        let Some(old) = of_configs(&new, &planned.system, args, messages)? else {
            return Ok(Outcome::Unable);
        };
        old
    };
    for note in notes(&differences, args) {
        messages.note(&note);
    }
    print(&match args.report {
        Report::Text => diff::words(&differences, style),
        Report::Json => diff::json(&differences),
    })?;
    if args.exit_code && !differences.is_empty() {
        return Ok(Outcome::Findings);
    }
    Ok(Outcome::Good)
}

/// What a configuration gives, or none after saying why it gives nothing that can be compared.
fn plan<'s>(
    inputs: &'s Inputs,
    from: Option<&[SourceId]>,
    args: &Args,
    messages: &mut Messages,
) -> Option<Planned<'s>> {
    let mut report = match crate::pipeline::plan(inputs, from) {
        Ok(planned) => {
            // With half a system, the other half would seem to be gone. All else is what `check` is for.
            let mut report = planned.check(&[], Detail::ALL);
            report.retain(|finding| finding.rule == WITHOUT_MANIFESTS);
            if report.is_empty() || !args.chosen.reads_workloads() {
                return Some(planned);
            }
            report
        }
        Err(report) => report,
    };
    for finding in report.iter_mut() {
        if finding.rule == WITHOUT_MANIFESTS {
            finding.severity = Severity::Error;
        }
    }
    report.sort();
    messages.report(&report, &inputs.sources);
    None
}

/// The objects that `spotgen render` writes.
fn objects(system: &mut System, args: &Args) -> Objects {
    if !args.chosen.has(ComponentId::ProportionalAutoscaler) {
        proportional_autoscaler::leave_out(system);
    }
    let bundle = bundle::build(system, |component| args.chosen.has(component));
    let mut objects = Objects::default();
    for made in bundle.objects() {
        let object = serde_json::to_value(&made.value).expect("objects are plain JSON");
        let identity = Identity::of(&object).expect("objects have a kind and a name");
        // Two of one name would be a mistake that `render` reports; the first one stands for both.
        let _ = objects.add(identity, object);
    }
    objects
}

/// The objects of a cluster, or of files.
fn live(
    new: &Objects,
    system: &System,
    args: &Args,
    messages: &mut Messages,
) -> Result<Objects, Failure> {
    let mut sources = Sources::default();
    let ids = if args.from_cluster {
        let labels = format!(
            "{MANAGED_BY_LABEL}={GENERATOR},{PART_OF_LABEL}={}",
            system.plan.name
        );
        let kubectl = Kubectl {
            context: args.context.as_deref(),
        };
        let texts = kubectl.snapshot(new, &labels, messages)?;
        let texts = texts.into_iter();
        texts.map(|text| sources.add("kubectl", text)).collect()
    } else {
        input::read_objects(&args.live, &mut sources)?
    };
    let objects = diff::read(&sources, &ids)?;
    if objects.is_empty() && !args.from_cluster && !diff::has_empty_list(&sources, &ids) {
        return Err(Failure::new("there are no objects to compare with").help(
            "check the command before it in the pipe, which may have failed; if nothing is installed yet, \
             `spotgen render` shows what would be",
        ));
    }
    Ok(objects)
}

fn of_objects(new: &Objects, live: &Objects, system: &System, args: &Args) -> Differences {
    let scope = Scope {
        part_of: system.plan.name.clone(),
        managed_by: GENERATOR,
        components: args.chosen.names(),
    };
    Differences {
        objects: diff::live(new, live, &scope, &args.field_manager),
        pools: Vec::new(),
        autoscaler: Vec::new(),
        compared: new.len(),
        not_compared: not_compared(system, args),
    }
}

/// Against another configuration; none after saying why that is not possible.
fn of_configs(
    new: &Objects,
    system: &System,
    args: &Args,
    messages: &mut Messages,
) -> Result<Option<Differences>, Failure> {
    let mut inputs = Inputs::default();
    inputs.files = input::read(&args.against, &mut inputs.sources)?;
    let from = if args.against_from.is_empty() {
        &args.from
    } else {
        &args.against_from
    };
    let manifests = input::manifests(from, &mut inputs.sources)?;
    let manifests = (!from.is_empty()).then_some(manifests.files.as_slice());
    let Some(mut planned) = plan(&inputs, manifests, args, messages) else {
        return Ok(None);
    };
    let old = objects(&mut planned.system, args);
    let (pools, autoscaler) = if args.chosen.has(ComponentId::NodePools) {
        diff::pools(&system.plan, &planned.system.plan)
    } else {
        (Vec::new(), Vec::new())
    };
    Ok(Some(Differences {
        objects: diff::outputs(new, &old),
        pools,
        autoscaler,
        compared: new.len(),
        not_compared: not_compared(system, args),
    }))
}

/// Where workloads run is in their own manifests, and the cloud has no objects.
const PLACEMENT: &str = "placement";
const NODE_POOLS: &str = "node-pools";

/// The components of which something is not compared.
fn not_compared(system: &System, args: &Args) -> Vec<&'static str> {
    let plan = &system.plan;
    let places = !plan.workloads.is_empty() || !plan.generated.is_empty();
    let is_placed = places && args.chosen.has(ComponentId::Placement);
    let has_cloud = args.against.is_empty() && args.chosen.has(ComponentId::NodePools);
    let all = [(PLACEMENT, is_placed), (NODE_POOLS, has_cloud)];
    let missing = all.into_iter().filter(|(_, is_missing)| *is_missing);
    missing.map(|(name, _)| name).collect()
}

/// What is not compared.
fn notes(differences: &Differences, args: &Args) -> Vec<Note> {
    let mut notes = Vec::new();
    let unknown = differences.unknown_removals();
    if unknown > 0 {
        let objects = if unknown == 1 {
            "object says"
        } else {
            "objects say"
        };
        notes.push(Note {
            message: format!(
                "{unknown} {objects} nothing about what was applied before: a field that only an earlier version had is not found there"
            ),
            next: (!args.from_cluster).then(|| {
                "add --show-managed-fields to `kubectl get`, if they were applied with --server-side".to_owned()
            }),
        });
    }
    if differences.not_compared.contains(&PLACEMENT) {
        notes.push(Note {
            message: "the placement of the workloads is in their own manifests, and not compared here".to_owned(),
            next: Some(
                "spotgen status SNAPSHOT -f CONFIG names the workloads without it; spotgen patch MANIFESTS --in-place --check, \
                 or spotgen patch < MANIFEST | kubectl diff -f -, shows the fields"
                    .to_owned(),
            ),
        });
    }
    if differences.not_compared.contains(&NODE_POOLS) {
        notes.push(Note {
            message: "node pools and the autoscaler's settings are not Kubernetes objects, and not compared with the cloud".to_owned(),
            next: None,
        });
    }
    notes
}
