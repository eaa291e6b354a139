//! Placement for other people's manifests: what was asked is put in, and every other byte stays as it was.
//!
//! A stream is [split](split) into documents; those that hold [objects](objects) with pods are chosen from as the
//! configuration says; the [change](change) of each is data, and the [edit](edit) brings it into the text.

mod change;
mod edit;
mod flow;
mod objects;
mod split;
mod text;
mod verify;

use std::collections::HashMap;
use std::io::{self, Write};
use std::ops::Range;

use crate::components::placement::{Wanted, additions};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::load;
use crate::manifests;
use crate::plan::{Labels, Plan};
use crate::resolve::{Candidate, Choice, Stream};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Dialect};

use change::Change;
use edit::{Edit, Editor};
use objects::{Object, PodSpec};
use text::Text;

/// The rule of findings that are about the stream.
const RULE: &str = "manifest";

/// What a run is asked to do beside the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'a> {
    /// The namespace of documents that name none.
    pub namespace: Option<&'a str>,
    /// Leaves a workload alone that cannot be edited with certainty, and warns, instead of refusing it.
    pub skip_uneditable: bool,
    /// Reads the result again and compares it with the change made on plain data.
    pub verify: bool,
}

/// What came of a stream.
#[derive(Debug, Default)]
pub struct Patched {
    edits: Vec<Edit>,
    /// The workloads that were chosen, in the order of the stream.
    pub workloads: Vec<Placed>,
    /// What is worth knowing though it is no error.
    pub report: Report,
}

/// A workload that was chosen.
#[derive(Debug)]
pub struct Placed {
    pub kind: String,
    pub name: String,
    pub namespace: Option<String>,
    pub class: String,
    pub place: Span,
    /// What was put in, in a few words each; empty when it had everything.
    pub changes: Vec<String>,
}

impl Patched {
    /// Writes the stream with the changes in it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, stream: &str, out: &mut impl Write) -> io::Result<()> {
        let mut written = 0;
        for edit in &self.edits {
            out.write_all(&stream.as_bytes()[written..edit.at])?;
            out.write_all(edit.insert.as_bytes())?;
            written = edit.at + edit.delete;
        }
        out.write_all(&stream.as_bytes()[written..])
    }
}

/// Places the workloads of a stream.
///
/// # Errors
/// Everything that keeps the stream from being patched: then nothing is to be written.
pub fn patch(
    sources: &Sources,
    stream: SourceId,
    plan: &Plan,
    choices: &Stream<'_>,
    options: Options<'_>,
) -> Result<Patched, Report> {
    let mut patcher = Patcher {
        sources,
        source: stream,
        stream: &sources.get(stream).text,
        plan,
        choices,
        options,
        document: 0,
        listed: HashMap::new(),
        patched: Patched::default(),
    };
    for part in split::split(patcher.stream) {
        patcher.part(part);
    }
    if patcher.document == 0 {
        let nothing = Diagnostic::error(RULE, "there is no document in the stream")
            .help("what comes before in the pipe may have failed");
        patcher.patched.report.push(nothing);
    }
    if patcher.patched.report.has_errors() {
        return Err(patcher.patched.report);
    }
    Ok(patcher.patched)
}

struct Patcher<'a> {
    sources: &'a Sources,
    source: SourceId,
    stream: &'a str,
    plan: &'a Plan,
    choices: &'a Stream<'a>,
    options: Options<'a>,
    /// How many documents came so far; those without content do not count.
    document: usize,
    /// Who took a listed workload, and where.
    listed: HashMap<usize, (Identity, Span)>,
    patched: Patched,
}

/// Kind, namespace and name.
type Identity = (String, Option<String>, String);

/// A change within a document, for verification.
struct Made {
    document: usize,
    /// Numbers of items in lists, and then keys.
    items: Vec<usize>,
    keys: Vec<String>,
    change: Change,
}

impl Patcher<'_> {
    fn part(&mut self, part: Range<usize>) {
        let text = &self.stream[part.clone()];
        if is_blank(text) {
            return;
        }
        self.document += 1;
        let mut parsed = yaml::parse(self.source, text, Dialect::Manifest);
        let by = u32::try_from(part.start).expect("streams are limited to 4 GiB when read");
        parsed
            .documents
            .iter_mut()
            .for_each(|document| document.shift(by));
        for problem in &mut parsed.problems {
            problem.span.shift(by);
            if let Some((place, _)) = &mut problem.related {
                place.shift(by);
            }
        }
        if parsed.problems.iter().any(|problem| problem.is_fatal) {
            let fatal = parsed
                .problems
                .into_iter()
                .filter(|problem| problem.is_fatal);
            let findings: Report = fatal
                .map(load::syntax)
                .map(|finding| self.in_document(finding))
                .collect();
            self.patched.report.extend(findings);
            return;
        }
        let text = Text {
            stream: self.stream,
            start: part.start,
            end: part.end,
        };
        let mut edits = Vec::new();
        let mut made = Vec::new();
        for (number, document) in parsed.documents.iter().enumerate() {
            for object in objects::unwrap(document) {
                let change = self.object(&object, text, &parsed.problems, &mut edits);
                if let Some((keys, change)) = change {
                    made.push(Made {
                        document: number,
                        items: object.items,
                        keys,
                        change,
                    });
                }
            }
        }
        edits.sort_by_key(|edit: &Edit| edit.at);
        if self.options.verify && !made.is_empty() {
            if let Err(what) = verify::verify(self.source, text, &parsed.documents, &edits, &made) {
                let finding = Diagnostic::error(
                    RULE,
                    format!("the result is not what was asked for: {what}"),
                )
                .at(Span::new(self.source, part.start, part.start))
                .help("this is a mistake of spotgen's: please report it");
                let finding = self.in_document(finding);
                self.patched.report.push(finding);
            }
        }
        self.patched.edits.append(&mut edits);
    }

    /// Places one object if it is chosen; the keys that lead to its pod spec and the change, when there was one.
    fn object(
        &mut self,
        object: &Object<'_, '_>,
        text: Text<'_>,
        problems: &[yaml::Problem],
        edits: &mut Vec<Edit>,
    ) -> Option<(Vec<String>, Change)> {
        let (kind, keys) = object.pod_spec_keys(self.choices.custom_kinds())?;
        if object.is_left_alone() {
            return None;
        }
        let choice = self.choose(object)?;
        let before = self.patched.report.iter().count();
        let change = self.place(object, &choice, (kind, &keys), text, problems, edits);
        let (change, changes) = match change {
            Ok(change) => {
                let changes = describe(&change);
                (Some(change).filter(|change| !change.is_empty()), changes)
            }
            Err(findings) => {
                for mut finding in findings {
                    if self.options.skip_uneditable {
                        finding.severity = Severity::Warning;
                    }
                    let finding = self.in_document(finding);
                    self.patched.report.push(finding);
                }
                debug_assert!(self.patched.report.iter().count() > before);
                return None;
            }
        };
        self.patched.workloads.push(Placed {
            kind: object.kind.to_owned(),
            name: object.name().to_owned(),
            namespace: self.namespace(object).map(str::to_owned),
            class: choice.class,
            place: object.place(),
            changes,
        });
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        change.map(|change| (keys, change))
    }

    fn namespace<'n>(&'n self, object: &Object<'n, '_>) -> Option<&'n str> {
        object.text("namespace").or(self.options.namespace)
    }

    fn choose(&mut self, object: &Object<'_, '_>) -> Option<Choice> {
        let labels = object.metadata("labels");
        let annotations = object.metadata("annotations");
        let candidate = Candidate {
            kind: object.kind,
            name: object.name(),
            namespace: self.namespace(object),
            labels: &|key| labels?.get(key)?.as_str(),
            annotations: &|key| annotations?.get(key)?.as_str(),
            place: object.place(),
        };
        let choice = match self.choices.choose(&candidate) {
            Ok(choice) => choice?,
            Err(finding) => {
                let finding = self.in_document(finding);
                self.patched.report.push(finding);
                return None;
            }
        };
        if let Some(listed) = choice.listed {
            self.take(listed, object)?;
        }
        Some(choice)
    }

    /// Notes who a listed workload is. Two that it could mean are one too many.
    fn take(&mut self, listed: usize, object: &Object<'_, '_>) -> Option<()> {
        let identity = (
            object.kind.to_owned(),
            self.namespace(object).map(str::to_owned),
            object.name().to_owned(),
        );
        let (first, place) = self
            .listed
            .entry(listed)
            .or_insert_with(|| (identity.clone(), object.place()));
        if *first == identity {
            return Some(());
        }
        let message = format!("the listed workload `{}` could mean several", object.name());
        let finding = Diagnostic::error("config", message)
            .at(object.place())
            .related(*place, "this one too")
            .help("say its `namespace` and `kind` in the list");
        let finding = self.in_document(finding);
        self.patched.report.push(finding);
        None
    }

    /// The change of a chosen workload, made in `edits`.
    fn place(
        &self,
        object: &Object<'_, '_>,
        choice: &Choice,
        (kind, keys): (Option<Kind>, &[&str]),
        text: Text<'_>,
        problems: &[yaml::Problem],
        edits: &mut Vec<Edit>,
    ) -> Result<Change, Report> {
        let subject = format!("{} `{}`", object.kind, object.name());
        let pod_spec = match object.pod_spec(kind, keys) {
            Ok(pod_spec) => pod_spec,
            // A Rollout may leave its template to a Deployment, which is in the stream itself.
            Err(_) if object.node.at(&["spec", "workloadRef"]).is_some() => {
                return Ok(Change::Within(Vec::new()));
            }
            Err(place) => {
                let message = format!("{subject} has no `{}`", keys.join("."));
                return Err(Diagnostic::error(RULE, message).at(place).into());
            }
        };
        let duplicates: Vec<Span> = problems
            .iter()
            .filter_map(|problem| Some(problem.related.as_ref()?.0))
            .collect();
        // Aliases that could not be followed: what was read is not what is written.
        if let Some(problem) = problems.iter().find(|problem| problem.related.is_none()) {
            return Err(load::syntax(problem.clone()).into());
        }
        let change = self.change(object, choice, &pod_spec, &subject)?;
        let mut editor = Editor {
            text,
            duplicates: &duplicates,
            edits: Vec::new(),
        };
        match edit(&mut editor, &pod_spec, &change) {
            Ok(()) => {
                edits.append(&mut editor.edits);
                Ok(change)
            }
            Err(uneditable) => {
                let message = format!(
                    "{subject} cannot be edited with certainty: {}",
                    uneditable.reason
                );
                let finding = Diagnostic::error("uneditable", message)
                    .at(uneditable.place)
                    .help("write the value out there, or leave the workload alone with --skip-uneditable");
                Err(finding.into())
            }
        }
    }

    fn change(
        &self,
        object: &Object<'_, '_>,
        choice: &Choice,
        pod_spec: &PodSpec<'_, '_>,
        subject: &str,
    ) -> Result<Change, Report> {
        let placeable = manifests::placeable(
            self.sources,
            subject.to_owned(),
            object.node,
            pod_spec.kind,
            pod_spec.template(),
        )?;
        let settings = &choice.settings;
        let none = Labels::new();
        let selector = match &placeable.selector {
            Some(selector) => selector,
            None if settings.placement.spread.is_empty() => &none,
            None => {
                let message = format!(
                    "{subject} has no selector by labels, so its pods cannot be told apart to spread them"
                );
                let finding = Diagnostic::error(RULE, message)
                    .at(object.place())
                    .help("give it a class without `spread`, or annotate it with `spotgen.dev/ignore: \"true\"`");
                return Err(finding.into());
            }
        };
        let wanted = Wanted {
            placement: &settings.placement,
            termination_grace_period_seconds: settings.termination_grace_period_seconds,
            node_loss_toleration_seconds: settings.node_loss_toleration_seconds,
            selector,
        };
        Ok(change::placing(
            additions(self.plan, &wanted, &placeable.own),
            &placeable.own,
            placeable.termination_grace_period_seconds,
        ))
    }

    fn in_document(&self, mut finding: Diagnostic) -> Diagnostic {
        finding.message = format!("{} (document {})", finding.message, self.document);
        finding
    }
}

fn edit(
    editor: &mut Editor<'_>,
    pod_spec: &PodSpec<'_, '_>,
    change: &Change,
) -> Result<(), edit::Uneditable> {
    if change.is_empty() {
        return Ok(());
    }
    let (last, before) = pod_spec
        .way
        .split_last()
        .expect("a way has at least one step");
    for (map, entry) in before {
        editor.is_on_its_own(map, entry)?;
    }
    editor.entry(last.0, last.1, change)
}

/// Whether a part holds nothing but comments and markers.
fn is_blank(text: &str) -> bool {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    text.lines().enumerate().all(|(at, line)| {
        let line = if at == 0 {
            line.strip_prefix("---").unwrap_or(line)
        } else {
            line
        };
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line == "..."
    })
}

/// A change in a few words: the paths, and how many items each gets or what is set there.
fn describe(change: &Change) -> Vec<String> {
    fn walk(change: &Change, path: &str, out: &mut Vec<String>) {
        match change {
            Change::Set(value) => out.push(format!("{path} = {value}")),
            Change::Append(items) => out.push(format!("{path} +{}", items.len())),
            Change::Within(steps) => {
                for (step, change) in steps {
                    let path = match step {
                        change::Step::Key(key) if path.is_empty() => (*key).to_owned(),
                        change::Step::Key(key) => format!("{path}.{key}"),
                        change::Step::Item(at) => format!("{path}[{at}]"),
                    };
                    walk(change, &path, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(change, "", &mut out);
    out
}
