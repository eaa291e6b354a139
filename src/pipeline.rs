//! The stages put together: sources to a checked system, and a stream of manifests to the same with the workloads placed.

use std::io;

use crate::check::figures::Figure;
use crate::check::{self, Detail};
use crate::components::bundle::{self, Bundle};
use crate::components::{self, Installed, System, WANTED, observe, resolve};
use crate::config::SpotConfig;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::formats::Format;
use crate::init::{self, CloudPools, Wishes};
use crate::kinds::Kinds;
use crate::load::{self, Document, Inputs};
use crate::manifests::{self, Manifests, Wanted};
use crate::patch::{self, Budgets, Documents, Options, Patched, Patcher};
use crate::snapshot::{Problem, Snapshot};
use crate::source::SourceId;
use crate::validate::Context;
use crate::workloads::{self, Stream, Unreached};

/// What came of a configuration that is valid.
#[derive(Debug)]
pub struct Planned<'s> {
    pub system: System,
    /// What is wrong with the input. Of errors, none is in the configuration itself: what they are about is left out.
    mistakes: Report,
    /// Where everything in it was written.
    pub(crate) document: Document<'s>,
    pub(crate) manifests: Option<Manifests>,
}

impl Planned<'_> {
    /// Objects of a snapshot that are not read in full, and why; `objects` is the source that has them.
    pub fn unread(&self, snapshot: &Snapshot, objects: SourceId) -> Vec<Problem> {
        let mistakes = self.mistakes.iter();
        let of_objects = mistakes.filter(|found| found.rule == manifests::RULE);
        let problem = |finding: &Diagnostic| {
            let place = finding.location.filter(|place| place.source == objects)?;
            let start = place.start as usize;
            Some(Problem {
                subject: init::object_at(&snapshot.objects, start)?,
                reason: finding.message.clone(),
                text: snapshot.text_at(start),
            })
        };
        of_objects.filter_map(problem).collect()
    }

    /// What is wrong with the input, and what the rules have against the plan, sorted. `allowed` are ids of rules whose
    /// findings are accepted beside those that the configuration accepts.
    pub fn check(&self, allowed: &[String], detail: Detail) -> Report {
        let manifests = self.manifests.as_ref();
        let mut report = check::check(&self.system, &self.document, manifests, allowed, detail);
        report.extend(self.mistakes.clone());
        report.sort();
        report.cut(detail.limit);
        report
    }

    /// What a format cannot say of what is chosen of the system, sorted.
    pub fn refusals(&self, format: &Format, bundle: &Bundle<'_>) -> Report {
        let mut report = Report::default();
        if let Some(refusals) = format.refusals {
            report.extend(refusals(&self.system, bundle, &self.document));
        }
        report.sort();
        report
    }

    /// What follows in figures, and for each workload whether it comes back to Spot.
    pub fn figures(&self) -> Vec<Figure> {
        check::figures(&self.system, &self.document, self.manifests.as_ref())
    }
}

/// A configuration that is valid.
#[derive(Debug)]
pub struct Configured<'s> {
    config: SpotConfig,
    /// What is wrong with it, none of it an error.
    mistakes: Report,
    /// Where everything in it was written.
    pub(crate) document: Document<'s>,
}

impl Configured<'_> {
    /// Whether a class or a workload may keep pods on on-demand, in a copy of its manifest.
    fn copies_workloads(&self) -> bool {
        let spec = &self.config.spec;
        workloads::bases_are_asked_for(spec, &spec.workloads)
    }
}

/// From sources to a configuration. It may leave out facts of workloads that manifests have, where there are any.
///
/// # Errors
/// All mistakes, when it is not valid.
pub fn configure(inputs: &Inputs, has_manifests: bool) -> Result<Configured<'_>, Report> {
    if let Some((config, document)) = load::typed(inputs) {
        crate::validate::judge(&config, &document, has_manifests, check_rest)?;
        return Ok(Configured {
            config,
            mistakes: Report::default(),
            document,
        });
    }
    let (document, mut mistakes) = load::load(inputs);
    let Some(mut document) = document else {
        return Err(mistakes);
    };
    crate::validate::read_as_text(&mut document, &mut mistakes);
    crate::validate::suit_help(&document, &mut mistakes);
    match validate(&document, has_manifests) {
        Ok(config) if !mistakes.has_errors() => Ok(Configured {
            config,
            mistakes,
            document,
        }),
        Ok(_) => Err(mistakes),
        Err(report) => {
            mistakes.extend(report);
            Err(mistakes)
        }
    }
}

/// Checks a whole document, and names every mistake. `has_manifests` says that facts of workloads may come from elsewhere.
///
/// # Errors
/// All mistakes found, when there is one.
pub fn validate(document: &Document<'_>, has_manifests: bool) -> Result<SpotConfig, Report> {
    crate::validate::validate(document, has_manifests, check_rest)
}

fn check_rest(context: &mut Context<'_>) {
    components::validate(context);
    check::validate::validate(context);
}

/// From sources to a system that is whole. `from` names the workloads' own manifests among the sources, where there are
/// any.
///
/// # Errors
/// All mistakes, when there is an error among them.
pub fn plan<'s>(inputs: &'s Inputs, from: Option<&[SourceId]>) -> Result<Planned<'s>, Report> {
    let planned = planned(inputs, from, Severity::Error)?;
    if planned.mistakes.has_errors() {
        return Err(planned.mistakes);
    }
    Ok(planned)
}

/// The same for whoever only wants to know what is wrong: what cannot be read of the manifests hides nothing else. An
/// object that the API server would refuse is a warning here, as `patch` passes it on: whoever applies it is told.
///
/// # Errors
/// All mistakes, when the configuration is not valid.
pub fn survey<'s>(inputs: &'s Inputs, from: Option<&[SourceId]>) -> Result<Planned<'s>, Report> {
    planned(inputs, from, Severity::Warning)
}

/// `unreadable` is how bad an object is that cannot be judged.
fn planned<'s>(
    inputs: &'s Inputs,
    from: Option<&[SourceId]>,
    unreadable: Severity,
) -> Result<Planned<'s>, Report> {
    let mut mistakes = Report::default();
    let configured = configure(inputs, from.is_some());
    let wanted = Wanted {
        originals: configured.as_ref().is_ok_and(Configured::copies_workloads),
        ..WANTED
    };
    let mut manifests = from.map(|files| {
        let (manifests, mut report) = manifests::read(&inputs.sources, files, wanted);
        for problem in report.iter_mut() {
            if problem.rule == manifests::RULE {
                problem.severity = problem.severity.min(unreadable);
            }
        }
        if are_blank(inputs, files) {
            mistakes.push(nothing_there());
        }
        mistakes.extend(report);
        manifests
    });
    let has_nothing = mistakes.is_empty() && manifests.as_ref().is_some_and(Manifests::is_empty);
    let configured = match configured {
        Ok(configured) => configured,
        Err(report) => {
            mistakes.extend(report);
            return Err(mistakes);
        }
    };
    let Configured {
        config,
        mistakes: own,
        document,
    } = configured;
    // Of class rules that match nothing, a rule of the checks says so.
    if has_nothing && config.spec.class_rules.is_empty() {
        mistakes.push(no_workload());
    }
    let (system, report) = resolve::resolve(config, &document, manifests.as_mut());
    mistakes.extend(own);
    mistakes.extend(report);
    Ok(Planned {
        system,
        mistakes,
        document,
        manifests,
    })
}

/// A configuration that is ready to place the workloads of streams.
#[derive(Debug)]
pub(crate) struct Placing<'s> {
    config: SpotConfig,
    document: Document<'s>,
    system: System,
}

/// Also returns what is wrong with the configuration, none of it an error.
///
/// # Errors
/// All mistakes, when there is an error among them.
pub(crate) fn placing(configured: Configured<'_>) -> Result<(Placing<'_>, Report), Report> {
    let Configured {
        mut config,
        mut mistakes,
        document,
    } = configured;
    // The workloads are met in the stream; the plan is for what all of them need.
    let listed = std::mem::take(&mut config.spec.workloads);
    let mut none = Manifests::default();
    let (system, report) = resolve::resolve(config.clone(), &document, Some(&mut none));
    if report.has_errors() {
        mistakes.extend(report);
        return Err(mistakes);
    }
    config.spec.workloads = listed;
    let placing = Placing {
        config,
        document,
        system,
    };
    Ok((placing, mistakes))
}

impl Placing<'_> {
    /// A warning for each path to pod specs that leads nowhere in any stream.
    pub(crate) fn unreached(&self, unreached: &Unreached) -> Report {
        unreached.findings(&self.document).into_iter().collect()
    }

    /// From a stream of manifests to the same with the workloads placed that the configuration chooses. Budgets are added
    /// when `whole`, the stream as a source, is given. `source` is the number of the first text that findings refer to.
    ///
    /// # Errors
    /// When the stream cannot be read, or `out` not be written. Mistakes of the stream are in the report; with an error
    /// among them nothing of `out` is to be used.
    pub(crate) fn patch<R: io::Read>(
        &self,
        inputs: &Inputs,
        documents: &mut Documents<R>,
        whole: Option<SourceId>,
        (options, source): (Options<'_>, SourceId),
        out: &mut impl io::Write,
    ) -> io::Result<Patched> {
        let kinds = Kinds::new(&self.config.spec.custom_kinds);
        let choices = Stream::new(&self.config.spec, &kinds, &self.document);
        // What cannot be read of the manifests is found again, and reported, where it matters.
        let manifests = whole.map(|stream| {
            let (mut manifests, _) = manifests::read_stream(&inputs.sources, stream, WANTED);
            if let Some(namespace) = options.namespace {
                manifests.assume_namespace(namespace);
            }
            manifests
        });
        let budgets = manifests
            .as_ref()
            .map(|manifests| Budgets::new(manifests, &choices));
        let patcher = Patcher::new(&self.system.plan, &choices, budgets, source, options);
        patch::patch(patcher, documents, out)
    }
}

/// The same for one stream: what is wrong with the configuration is in the report too.
///
/// # Errors
/// When the stream cannot be read, or `out` not be written.
pub fn patch<R: io::Read>(
    inputs: &Inputs,
    configured: Configured<'_>,
    documents: &mut Documents<R>,
    whole: Option<SourceId>,
    options: Options<'_>,
    out: &mut impl io::Write,
) -> io::Result<Patched> {
    let (placing, mut mistakes) = match placing(configured) {
        Ok(placing) => placing,
        Err(mistakes) => return Ok(mistakes.into()),
    };
    let source = inputs.sources.next_id();
    let mut done = placing.patch(inputs, documents, whole, (options, source), out)?;
    mistakes.extend(std::mem::take(&mut done.report));
    mistakes.extend(placing.unreached(&done.unreached));
    done.report = mistakes;
    Ok(done)
}

/// A drafted configuration.
#[derive(Debug)]
pub struct Drafted {
    pub text: String,
    /// What the checks have against it.
    pub report: Report,
    /// Objects of the snapshot that are not read in full.
    pub unread: Vec<Problem>,
    /// How many pools, workloads, and workloads of the default class it has.
    pub counts: (usize, usize, usize),
}

/// Drafts a configuration from a cluster. Its workloads are judged by the plan that follows from its pools, so that the
/// draft and the checks agree.
///
/// # Errors
/// If nothing tells the provider.
pub fn draft(
    snapshot: &Snapshot,
    cloud: &[CloudPools],
    wishes: &Wishes,
) -> Result<Drafted, init::Unknown> {
    let mut draft = init::draft(snapshot, cloud, wishes)?;
    let has_objects = !snapshot.objects.is_empty();
    // A pool that the schema refuses hides no workload: then the plan is that of pools without what may be wrong.
    for text in [draft.text(&[]), draft.plain_text()] {
        let (inputs, objects) = drafted_inputs(text, snapshot);
        let from = [objects];
        let Ok(planned) = survey(&inputs, has_objects.then_some(&from)) else {
            continue;
        };
        if let Some(manifests) = &planned.manifests {
            draft.add_workloads(snapshot, manifests, &planned.system.plan);
            let installed = Installed::read(manifests);
            let observed = observe::read(&planned.system, &planned.document, &installed);
            let system = observed.first();
            let system = system.map_or(&planned.system, |observed| &observed.system);
            draft.add_installed(&installed, (&planned.system, system), snapshot);
        }
        break;
    }
    let (inputs, objects) = drafted_inputs(draft.text(&[]), snapshot);
    let from = [objects];
    // Without workloads there is nothing to pass.
    let detail = Detail {
        without: (!has_objects).then_some(check::WITHOUT_MANIFESTS),
        ..Detail::ALL
    };
    let mut unread = Vec::new();
    let report = match survey(&inputs, has_objects.then_some(&from)) {
        Ok(planned) => {
            unread = planned.unread(snapshot, objects);
            let made = bundle::build(&planned.system, |_| true).system();
            draft.add_collisions(made.iter().map(|made| &made.value), snapshot);
            planned.check(&[], detail)
        }
        Err(report) => report,
    };
    let object = |finding: &Diagnostic| {
        let place = finding.location.filter(|place| place.source == objects)?;
        init::object_at(&snapshot.objects, place.start as usize)
    };
    Ok(Drafted {
        unread,
        text: draft.text(&init::problems(&report, draft.has_other_nodes(), object)),
        counts: draft.counts(),
        report,
    })
}

/// A draft and the objects of the snapshot, as they are checked.
fn drafted_inputs(text: String, snapshot: &Snapshot) -> (Inputs, SourceId) {
    let mut inputs = Inputs::default();
    inputs.files = vec![inputs.sources.add("spot-config.yaml", text)];
    let objects = inputs.sources.add("snapshot", snapshot.objects.as_str());
    (inputs, objects)
}

/// Whether there is nothing at all in them, not even a comment: a chart may render to nothing else.
fn are_blank(inputs: &Inputs, files: &[SourceId]) -> bool {
    let mut texts = files.iter().map(|file| &inputs.sources.get(*file).text);
    !files.is_empty() && texts.all(|text| patch::is_blank(text) && !text.contains('#'))
}

/// Most likely the command that should have written it has failed.
fn nothing_there() -> Diagnostic {
    Diagnostic::error(manifests::RULE, "the manifests are empty")
        .help("check the command before it in the pipe, which may have failed")
}

/// Most likely the wrong folder.
fn no_workload() -> Diagnostic {
    Diagnostic {
        severity: Severity::Warning,
        ..Diagnostic::error(manifests::RULE, "there is no workload in the manifests")
    }
    .help("name the workloads' own manifests: --from PATH (a file, a directory, a glob, or - for stdin)")
}
