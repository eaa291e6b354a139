//! Reads manifests from texts.

use super::collected::Collected;
use super::collector::Collector;
use super::contents::Manifests;
use super::overwritten::{Last, Overwriting};
use super::pieces::{self, Piece};
use super::releases::Beside;
use super::shape::{Reader, Texts};
use super::wanted::Wanted;
use super::workload::{self, Placeable, PodsAt};
use super::{objects, problems, releases};
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::parallel;
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Node, Problem};

/// Reads every document of `files`. Objects that are not workloads, autoscalers or budgets are skipped; those that are
/// and cannot be read are reported.
pub fn read(sources: &Sources, files: &[SourceId], wanted: Wanted) -> (Manifests, Report) {
    // Chart templates are not YAML, or not the YAML that they render to.
    read_unless(sources, files, wanted, |text| text.contains("{{"))
}

/// Reads a stream that is certainly not a template, whatever its problems are.
pub fn read_stream(sources: &Sources, stream: SourceId, wanted: Wanted) -> (Manifests, Report) {
    read_unless(sources, &[stream], wanted, |_| false)
}

/// `may_be_template` is called for texts with problems.
fn read_unless(
    sources: &Sources,
    files: &[SourceId],
    wanted: Wanted,
    may_be_template: fn(&str) -> bool,
) -> (Manifests, Report) {
    let texts = |span: Span| sources.slice(span);
    let find = |document: &Node<'_>, beside: &Beside<'_>| {
        let objects = objects::unwrap(&mut Reader::new(&texts), document);
        releases::find_files(document, &objects, (&texts, beside));
    };
    let beside = Beside::read(sources, files, &find);
    let reading = Reading {
        sources,
        beside: &beside,
        wanted,
        may_be_template,
    };
    collect_all(reading, &pieces::of(sources, files)).finish()
}

/// What pieces are read from, and what for.
#[derive(Clone, Copy)]
struct Reading<'s> {
    sources: &'s Sources,
    beside: &'s Beside<'s>,
    wanted: Wanted,
    may_be_template: fn(&str) -> bool,
}

/// What is in all pieces, which are read on all cores.
///
/// Of an object that is defined twice, the last one counts, and nothing else is read of the others. So a piece is read
/// again where one behind it turns out to have the same object: objects are hardly ever defined twice.
fn collect_all(reading: Reading<'_>, pieces: &[Piece]) -> Collected {
    let is_much = pieces::are_much(pieces);
    let mut all = parallel::map(pieces, is_much, |piece| {
        collect(reading, piece, Overwriting::default())
    });
    let (last, overwritten) = Last::among(all.iter().map(|own| &own.seen));
    let again = |number: &usize| {
        (
            *number,
            collect(reading, &pieces[*number], last.after(*number)),
        )
    };
    for (number, collected) in parallel::map(&overwritten, is_much, again) {
        all[number] = collected;
    }
    let mut whole = Collected::default();
    let workloads = all.iter().map(|own| own.manifests.workloads.len());
    whole.manifests.workloads.reserve_exact(workloads.sum());
    for collected in all {
        whole.add(collected);
    }
    whole
}

/// What is in a piece, collected backwards.
fn collect(reading: Reading<'_>, piece: &Piece, overwriting: Overwriting<'_>) -> Collected {
    let Reading {
        sources,
        beside,
        wanted,
        may_be_template,
    } = reading;
    let texts = |span: Span| sources.slice(span);
    let mut collector = Collector::new((&texts, beside), wanted, overwriting);
    let file = piece.file;
    let yaml::Parsed {
        documents,
        problems,
        ..
    } = piece.read(sources);
    let text = &sources.get(file).text;
    let ranges = if problems.is_empty() {
        Vec::new()
    } else {
        yaml::document_ranges(text)
    };
    let around = |problem: &Problem| {
        let at = problem.span.start as usize;
        let document = ranges.partition_point(|range| range.end <= at);
        ranges
            .get(document)
            .map_or("", |range| &text[range.clone()])
    };
    let is_unread = |problem: &Problem| problem.related.is_none();
    let is_within = |problem: &Problem| is_unread(problem) && may_be_template(around(problem));
    let has_template = problems.iter().any(is_within);
    if has_template && let Some(read) = collector.templated(sources, file) {
        for document in read.documents.iter().rev() {
            collector.document(document, Some(&read.hidden));
        }
        return collector.finish(false);
    }
    for problem in problems {
        let is_in_template = is_within(&problem);
        let mut diagnostic = problems::diagnostic(problem, &documents);
        if is_in_template {
            diagnostic = not_rendered(diagnostic, text);
        }
        collector.report(diagnostic);
    }
    let is_read = |document: &&Node<'_>| !has_template || !texts(document.span).contains("{{");
    for document in documents.iter().rev().filter(is_read) {
        let is_template = sources.get(file).name.ends_with(".gotmpl");
        collector.document(document, is_template.then_some(&[]));
    }
    collector.finish(has_template)
}

/// Reads only the parts of a workload that placing its pods needs. `subject` is the name of the workload in messages.
///
/// # Errors
/// If a part of it cannot be read.
pub fn placeable(
    texts: Texts<'_>,
    subject: String,
    object: &Node<'_>,
    at: PodsAt<'_, '_>,
) -> Result<Placeable, Report> {
    let mut reader = Reader::new(texts);
    reader.subject(subject);
    let placeable = workload::placeable(&mut reader, object, at);
    if reader.report.is_empty() {
        return Ok(placeable);
    }
    // An edit counts the items of a list, and an item that is left out would make it miss.
    for problem in reader.report.iter_mut() {
        problem.severity = Severity::Error;
    }
    Err(reader.report)
}

/// What to do about a text that is no YAML yet.
fn not_rendered(diagnostic: Diagnostic, text: &str) -> Diagnostic {
    let is_helmfile = text.lines().any(|line| line.starts_with("releases:"));
    let first = if is_helmfile {
        "render the helmfile first: pipe `helmfile template` into spotgen"
    } else {
        "render templates first: pipe `helm template` into `--from -`"
    };
    let diagnostic = diagnostic.help(first);
    diagnostic.help("documents with `{{` are not read")
}
