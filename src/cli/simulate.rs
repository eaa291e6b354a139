//! `spotgen simulate`

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::{ValueEnum, ValueHint};
use serde_json::Value as Json;

use super::chart::Chart;
use super::input;
use super::messages::Messages;
use super::outcome::Outcome;
use super::stdout::print;
use crate::diagnostic::{Failure, Report as Findings};
use crate::load::Inputs;
use crate::parallel;
use crate::patch::{Documents, Options};
use crate::pipeline::{configure, patch, plan};
use crate::rehearse::{self, Cluster, Manifests, Places, Told, cluster, picture, tell};
use crate::reporters::Style;
use crate::simulate::chart::Picture;
use crate::simulate::read::Unread;
use crate::simulate::run::run as play;
use crate::simulate::scenario::Scenario;
use crate::simulate::start::Given;
use crate::source::{SET, SourceId};
use crate::yaml::{self, Dialect};

/// Play interruptions to a model of the cluster, and judge failover and failback
///
/// The model has the scheduler, the cluster autoscaler, the descheduler and the rest as the configuration sets them up. It
/// needs no cluster. Without --scenario it plays all scenarios.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    config: input::Config,

    /// Manifests of the workloads, given like -f: their requests, affinities, budgets, autoscalers and priorities are
    /// played as they are, with the placement that `spotgen patch` adds
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    from: Vec<PathBuf>,

    /// Play only this scenario; may be repeated. An unknown name lists all
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,

    /// Play each scenario so many times, each time with other boot and start times, drawn from their published spread
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    runs: Option<u32>,

    /// Number that decides what is drawn; the next run has the next number
    #[arg(long, value_name = "S")]
    seed: Option<u64>,

    /// Format of the output
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    report: Report,

    /// Also draw each run: FILE.svg holds the chart of one, FILE.html those of all
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    chart: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Report {
    /// For people: a table of all scenarios, or a timeline of one
    Text,
    /// One JSON object, as described in docs/simulate.md
    Json,
}

/// What came of a run.
struct Played {
    told: Told,
    /// None where nobody wants a chart.
    picture: Option<Picture>,
    /// What the model leaves out.
    unread: Vec<Unread>,
}

/// A run longer than this shows how far it is.
const LONG: Duration = Duration::from_secs(2);

pub(super) fn run(args: &Args, style: Style, messages: &mut Messages) -> Result<Outcome, Failure> {
    let (inputs, manifests) = input::inputs(&args.config, &args.from)?;
    let from = (!args.from.is_empty()).then_some(manifests.files.as_slice());
    let planned = match plan(&inputs, from) {
        Ok(planned) => planned,
        Err(report) => return Ok(refused(report, &inputs, messages)),
    };
    let system = &planned.system;
    let scenarios = chosen(args, system.simulation.as_ref())?;
    let is_asked = !args.scenario.is_empty();
    let (scenarios, left_out) = rehearse::applying(scenarios, is_asked, &system.plan);
    let seeds = seeds(args);
    let chart = args.chart.as_deref();
    let chart = chart.map(|path| Chart::new(path, scenarios.len() * seeds.len()));
    let chart = chart.transpose()?;
    let objects = manifest_objects(&inputs, from)?;
    let Cluster { given, mut unread } = cluster(system, &objects);
    let is_missing = if given.groups.is_empty() {
        Some(rehearse::without_nodes(&system.plan, &planned.document))
    } else {
        rehearse::without_pods(&given, &planned.document)
    };
    if let Some(missing) = is_missing {
        let report = Findings::from_iter([missing]);
        return Ok(refused(report, &inputs, messages));
    }
    let replan = |sets: &[String], look: &mut dyn FnMut(Given, &mut Places<'_>)| {
        let mut changed = inputs.clone();
        for set in sets {
            changed.sets.push(changed.sources.add(SET, set.as_str()));
        }
        // The placement that `patch` adds may be another one.
        if let (Ok(planned), Ok(objects)) = (plan(&changed, from), manifest_objects(&changed, from))
        {
            let manifests = planned.manifests.as_ref();
            let mut places = Places::new(&planned.system, &planned.document, manifests);
            look(cluster(&planned.system, &objects).given, &mut places);
        }
    };
    unread.extend(left_out);
    let runs = scenarios.iter();
    let runs: Vec<(&Scenario, Option<u64>)> = runs
        .flat_map(|scenario| seeds.iter().map(move |seed| (scenario, *seed)))
        .collect();
    let progress = Progress::new(runs.len());
    let played = |(scenario, seed): &(&Scenario, Option<u64>)| {
        let mut tick = |now| progress.tick(scenario, &at(now));
        let run = play(&given, scenario, *seed, &mut tick);
        let mut places = Places::new(system, &planned.document, planned.manifests.as_ref());
        let told = tell(&run, &mut places, &replan, &|| {
            progress.tick(scenario, "changes are tried");
        });
        progress.next();
        Played {
            picture: chart.is_some().then(|| picture(&run, &told, system)),
            unread: run.started.unread,
            told,
        }
    };
    let all = parallel::map(&runs, runs.len() > 1, played);
    progress.clear();
    // What is not read is the same in every run.
    let first = all.first().into_iter();
    unread.extend(first.flat_map(|played| played.unread.iter().cloned()));
    unread.dedup();
    let (pictures, told): (Vec<_>, Vec<Told>) = all
        .into_iter()
        .map(|played| (played.picture, played.told))
        .unzip();
    if let Some(chart) = chart {
        chart.write(&pictures.into_iter().flatten().collect::<Vec<_>>())?;
    }
    print(&match args.report {
        Report::Text => rehearse::text(&told, &unread, style),
        Report::Json => rehearse::json(&told, &unread),
    })?;
    Ok(if told.iter().any(Told::fails) {
        Outcome::Findings
    } else {
        Outcome::Good
    })
}

/// What is wrong with the configuration says nothing of a scenario.
fn refused(mut report: Findings, inputs: &Inputs, messages: &mut Messages) -> Outcome {
    report.sort();
    messages.report(&report, &inputs.sources);
    Outcome::Unable
}

fn chosen(
    args: &Args,
    simulation: Option<&crate::config::Simulation>,
) -> Result<Vec<Scenario>, Failure> {
    rehearse::chosen(&args.scenario, simulation).map_err(|unknown| {
        let names = rehearse::names(simulation).join(", ");
        let failure = Failure::new(format!("there is no scenario `{}`", unknown.name));
        match unknown.similar {
            Some(similar) => failure.help(format!("did you mean `{similar}`? All are: {names}")),
            None => failure.help(format!("name one of these: {names}")),
        }
    })
}

/// A seed for each run; none where all takes as long as it usually does.
fn seeds(args: &Args) -> Vec<Option<u64>> {
    if args.runs.is_none() && args.seed.is_none() {
        return vec![None];
    }
    let first = args.seed.unwrap_or(1);
    let count = u64::from(args.runs.unwrap_or(1));
    (0..count).map(|at| Some(first.wrapping_add(at))).collect()
}

/// The objects of the manifests, with the placement that `patch` adds. Where it refuses them, they are as they were.
fn manifest_objects(inputs: &Inputs, from: Option<&[SourceId]>) -> Result<Manifests, Failure> {
    let mut placed = Vec::new();
    let files = from.unwrap_or_default();
    for file in files {
        let source = inputs.sources.get(*file);
        let Ok(configured) = configure(inputs, true) else {
            return Ok(Manifests::AsTheyAre(objects(inputs, files)));
        };
        let mut documents = Documents::new(source.text.as_bytes());
        let options = Options {
            file: Some(&source.name),
            skip_uneditable: true,
            ..Options::default()
        };
        let mut text = Vec::new();
        let patched = patch(inputs, configured, &mut documents, None, options, &mut text);
        let patched = patched
            .map_err(|error| Failure::new(format!("cannot patch {}: {error}", source.name)))?;
        if patched.report.has_errors() {
            return Ok(Manifests::AsTheyAre(objects(inputs, files)));
        }
        read(*file, &String::from_utf8_lossy(&text), &mut placed);
    }
    Ok(Manifests::Placed(placed))
}

fn objects(inputs: &Inputs, files: &[SourceId]) -> Vec<Json> {
    let mut found = Vec::new();
    for file in files {
        read(*file, &inputs.sources.get(*file).text, &mut found);
    }
    found
}

fn read(file: SourceId, text: &str, objects: &mut Vec<Json>) {
    let parsed = yaml::parse(file, text, Dialect::Manifest);
    for document in &parsed.documents {
        flatten(document.to_json(), objects);
    }
}

/// Lists hold objects, as `kubectl get` prints them.
fn flatten(mut object: Json, objects: &mut Vec<Json>) {
    let is_list = object["kind"]
        .as_str()
        .is_some_and(|kind| kind.ends_with("List"));
    if !is_list {
        objects.extend(Some(object).filter(Json::is_object));
    } else if let Some(Json::Array(items)) = object.get_mut("items") {
        for item in std::mem::take(items) {
            flatten(item, objects);
        }
    }
}

/// The time of a scenario, or that it has not begun, for a terminal.
fn at(now: Option<i64>) -> String {
    match now {
        Some(now) => format!("at {}:{:02}", now / 3_600_000, now % 3_600_000 / 60_000),
        None => "the cluster comes to rest".to_owned(),
    }
}

/// How far a long run is, on a terminal.
struct Progress {
    began: Instant,
    all: usize,
    is_shown: bool,
    done: AtomicUsize,
    /// When it was last shown.
    shown: Mutex<Option<Instant>>,
}

impl Progress {
    fn new(all: usize) -> Self {
        Self {
            began: Instant::now(),
            all,
            is_shown: std::io::stderr().is_terminal(),
            done: AtomicUsize::new(0),
            shown: Mutex::new(None),
        }
    }

    fn tick(&self, scenario: &Scenario, state: &str) {
        if !self.is_shown {
            return;
        }
        // Another run shows itself at this moment.
        let Ok(mut shown) = self.shown.try_lock() else {
            return;
        };
        let last = shown.unwrap_or(self.began);
        if last.elapsed() < LONG / if shown.is_some() { 10 } else { 1 } {
            return;
        }
        *shown = Some(Instant::now());
        // Nobody is left to tell where this cannot be written.
        let _ = write!(
            std::io::stderr(),
            "\r\x1b[K{} of {}: {}, {state}",
            self.done.load(Ordering::Relaxed) + 1,
            self.all,
            scenario.name
        );
    }

    fn next(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }

    fn clear(&self) {
        if self.shown.lock().is_ok_and(|shown| shown.is_some()) {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
