//! Goes through the documents of a stream and edits them.

use std::io::{self, Write};

use memchr::memmem::Finder;

use super::budgets::{self, Budgets, Outcome};
use super::change::{Change, Item, Step};
use super::chooser::Chooser;
use super::documents::{Part, is_blank};
use super::edit::{self, Edit};
use super::edited::{Edited, Made};
use super::objects::{self, Object, PodSpec};
use super::uneditable::Uneditable;
use super::{
    Options, Patched, Placed, RULE, STREAM, nothing_chosen, nothing_there, place, resource_list,
};
use crate::components::programs::Program;
use crate::config::CustomKind;
use crate::diagnostic::{Diagnostic, Pointer, Report, Severity};
use crate::model::sides::Sides;
use crate::plan::Plan;
use crate::source::{Source, SourceId};
use crate::workloads::{Choice, Stream};
use crate::yaml::{self, Dialect, Node};
use crate::{kubernetes, load, manifests};

/// So many documents with findings are kept to show their lines; of more, the messages alone must do.
const MAX_SHOWN: usize = 1000;

/// What is said of a workload that gets one.
const A_BUDGET: &str = "a budget";

pub struct Patcher<'a> {
    plan: &'a Plan,
    sides: Option<Sides<'a>>,
    choices: &'a Stream<'a>,
    chooser: Chooser<'a>,
    budgets: Option<Budgets<'a>>,
    options: Options<'a>,
    /// What tells of pods in a document.
    signs: Vec<Finder<'static>>,
    /// The number of the current document among the sources, once it is kept.
    source: SourceId,
    /// How many documents came so far; those without content do not count.
    document: usize,
    /// Whether there was anything at all, if only comments: a chart may well render to nothing else.
    has_text: bool,
    /// How many workloads were chosen.
    chosen: usize,
    patched: Patched,
}

impl<'a> Patcher<'a> {
    /// `source` is the number that the first kept document gets among the sources. `budgets` are put behind workloads,
    /// where that is asked for.
    pub fn new(
        plan: &'a Plan,
        choices: &'a Stream<'a>,
        budgets: Option<Budgets<'a>>,
        source: SourceId,
        options: Options<'a>,
    ) -> Self {
        Self {
            plan,
            sides: Sides::of(plan),
            choices,
            chooser: Chooser::new(choices, options.namespace),
            budgets,
            options,
            signs: signs_of_pods(choices.custom_kinds()),
            source,
            document: 0,
            has_text: false,
            chosen: 0,
            patched: Patched::default(),
        }
    }

    pub fn finish(mut self) -> Patched {
        if self.document == 0 && !self.has_text {
            self.patched.report.push(nothing_there());
        } else if self.chosen == 0 && self.patched.report.is_empty() {
            self.patched.report.push(nothing_chosen());
        }
        self.patched
    }

    /// Takes one part of the stream, a document mostly, and writes it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn part(&mut self, part: Part<'_>, out: &mut impl Write) -> io::Result<()> {
        let Ok(text) = std::str::from_utf8(part.bytes) else {
            self.not_text(&part);
            return Ok(());
        };
        if is_blank(text) {
            self.has_text |= text.contains('#');
            return self.write(text, &[], out);
        }
        self.document += 1;
        let may_hold_pods = |sign: &Finder<'_>| sign.find(part.bytes).is_some();
        if !self.signs.iter().any(may_hold_pods) {
            let fault = yaml::fault(self.source, text).map(load::syntax);
            self.keep(fault.into_iter().collect(), text, part.lines_before);
            return self.write(text, &[], out);
        }
        let mut parsed = yaml::parse(self.source, text, Dialect::Manifest);
        let fatal = parsed.problems.iter().filter(|problem| problem.is_fatal);
        let fatal: Vec<Diagnostic> = fatal.cloned().map(load::syntax).collect();
        if !fatal.is_empty() {
            self.keep(fatal, text, part.lines_before);
            return Ok(());
        }
        let mut edited = Edited::new(text, part.lines_before, &mut parsed);
        for (number, document) in parsed.documents.iter().enumerate() {
            self.document(number, document, &mut edited);
        }
        edited.edits.sort_by_key(|edit| edit.at);
        edited.put_behind();
        if self.options.verify {
            edited.verify(self.source, &parsed.documents);
        }
        self.keep(edited.findings, text, part.lines_before);
        self.write(text, &edited.edits, out)
    }

    /// Writes a part with its edits, unless nothing is to be written any more.
    fn write(&self, text: &str, edits: &[Edit], out: &mut impl Write) -> io::Result<()> {
        if self.patched.report.has_errors() {
            return Ok(());
        }
        edit::write(text, edits, out)
    }

    /// Keeps what was found in the current document, and the document to show it in.
    fn keep(&mut self, findings: Vec<Diagnostic>, text: &str, lines_before: usize) {
        if findings.is_empty() {
            return;
        }
        let is_shown = self.patched.texts.len() < MAX_SHOWN;
        for mut finding in findings {
            finding.message = format!("{} (document {})", finding.message, self.document);
            if !is_shown {
                finding.place = None;
                finding.related.clear();
            }
            self.patched.report.push(finding);
        }
        if is_shown {
            self.patched
                .texts
                .push(Source::part(STREAM, text, lines_before));
            self.source.0 += 1;
        }
    }

    fn not_text(&mut self, part: &Part<'_>) {
        self.document += 1;
        let valid = part
            .bytes
            .utf8_chunks()
            .next()
            .map_or("", |chunk| chunk.valid());
        let line = part.lines_before + valid.matches('\n').count() + 1;
        let message = format!("line {line} is not UTF-8 (document {})", self.document);
        let finding = Diagnostic::error("syntax", message).help("manifests are UTF-8 text");
        self.patched.report.push(finding);
    }

    fn document(&mut self, number: usize, document: &Node<'_>, edited: &mut Edited<'_>) {
        let is_resource_list = resource_list::is_one(document);
        let mut placed: Vec<(&Node<'_>, Placed)> = Vec::new();
        let mut budgets = Vec::new();
        let held = objects::unwrap(document, &edited.doubts);
        for (subject, doubt) in &held.refused {
            self.refuse(doubt.diagnostic(subject).into(), edited);
        }
        for object in &held.objects {
            let Some((choice, change)) = self.object(number, object, edited) else {
                continue;
            };
            let mut changes = Vec::new();
            if is_resource_list || self.options.report {
                changes = change.describe();
            }
            if let Some(budget) = self.budget(object, &choice, edited) {
                changes.push(A_BUDGET.to_owned());
                if object.is_in_a_list() {
                    let data = serde_json::to_value(&budget).expect("an object is plain data");
                    budgets.push(Item::Data(data));
                } else {
                    edited.behind.push(budget);
                }
            }
            self.chosen += 1;
            if is_resource_list || self.options.report {
                placed.push((object.node, self.placed(object, &choice, changes, edited)));
            }
        }
        if !budgets.is_empty() {
            let change = Change::Within(vec![(Step::Key("items"), Change::Append(budgets))]);
            if !self.change_root(number, document, change, edited) {
                for (_, placed) in &mut placed {
                    placed.changes.retain(|change| change != A_BUDGET);
                }
            }
        }
        if is_resource_list
            && let Some(change) = resource_list::results(document, &placed, &edited.findings)
        {
            self.change_root(number, document, change, edited);
        }
        if self.options.report {
            self.patched
                .workloads
                .extend(placed.into_iter().map(|(_, placed)| placed));
        }
    }

    /// The budget to put behind a workload. That a workload which is meant to have one gets none is said.
    fn budget(
        &mut self,
        object: &Object<'_, '_>,
        choice: &Choice,
        edited: &mut Edited<'_>,
    ) -> Option<kubernetes::Object> {
        let budgets = self.budgets.as_mut()?;
        if choice.listed.is_some() {
            return None;
        }
        let namespace = object.namespace(self.options.namespace);
        let identity = (object.kind, namespace, object.name());
        let outcome = if object.is_built_in() {
            budgets.decide(self.plan, self.choices, choice, identity)
        } else {
            budgets::of_custom_kind(self.choices, choice)
        };
        match outcome {
            Outcome::Put(budget) => Some(*budget),
            Outcome::Unneeded => None,
            Outcome::Left(why, cure) => {
                let message = format!("{} gets no budget: {why}", object.title());
                let warning = Diagnostic::error(RULE, message)
                    .level(Severity::Warning)
                    .at(object.place())
                    .help(cure);
                edited.findings.push(warning);
                None
            }
        }
    }

    /// Changes the list that a document is; whether it could be done.
    fn change_root(
        &self,
        number: usize,
        document: &Node<'_>,
        change: Change,
        edited: &mut Edited<'_>,
    ) -> bool {
        if let Err(doubt) = edited.change_root(document, &change) {
            self.refuse(doubt.diagnostic("the list").into(), edited);
            return false;
        }
        if self.options.verify {
            edited.made.push(Made {
                document: number,
                pointer: Pointer::root(),
                change,
            });
        }
        true
    }

    /// Findings about something that is not edited: errors, unless it may be left alone.
    fn refuse(&self, findings: Report, edited: &mut Edited<'_>) {
        edited
            .findings
            .extend(findings.into_iter().map(|mut finding| {
                if self.options.skip_uneditable {
                    finding.severity = Severity::Warning;
                }
                finding
            }));
    }

    fn placed(
        &self,
        object: &Object<'_, '_>,
        choice: &Choice,
        changes: Vec<String>,
        edited: &Edited<'_>,
    ) -> Placed {
        Placed {
            kind: object.kind.to_owned(),
            name: object.name().to_owned(),
            namespace: object.namespace(self.options.namespace).map(str::to_owned),
            class: choice.class.clone(),
            line: edited.line(object.place()),
            changes,
        }
    }

    /// Places one object if it is chosen: what it takes, and the change.
    fn object(
        &mut self,
        number: usize,
        object: &Object<'_, '_>,
        edited: &mut Edited<'_>,
    ) -> Option<(Choice, Change)> {
        let (kind, keys) = object.pod_spec_keys(self.choices.custom_kinds())?;
        let image = manifests::image(object.node.at(&keys));
        let is_of_the_system = image.and_then(Program::of_image).is_some();
        let choice = match self.chooser.choose(object, is_of_the_system, edited) {
            Ok(choice) => choice?,
            Err(findings) => {
                self.refuse(findings, edited);
                return None;
            }
        };
        let found = match object.pod_spec(kind, &keys) {
            Ok(pod_spec) => self.change(object, &pod_spec, &choice, edited),
            // A Rollout may leave its template to a Deployment, which is in the stream itself.
            // Source: argoproj/argo-rollouts docs/features/specification.md, `workloadRef`.
            Err(_) if object.node.at(&["spec", "workloadRef"]).is_some() => {
                Ok(Change::Within(Vec::new()))
            }
            Err(place) => {
                let message = format!("{} has no `{}`", object.title(), keys.join("."));
                Err(Diagnostic::error(RULE, message).at(place).into())
            }
        };
        match found {
            Ok(change) => {
                if self.options.verify && !change.is_empty() {
                    let pointer = keys
                        .iter()
                        .fold(object.pointer(), |pointer, key| pointer.child(key));
                    edited.made.push(Made {
                        document: number,
                        pointer,
                        change: change.clone(),
                    });
                }
                Some((choice, change))
            }
            Err(findings) => {
                self.refuse(findings, edited);
                None
            }
        }
    }

    fn change(
        &self,
        object: &Object<'_, '_>,
        pod_spec: &PodSpec<'_, '_>,
        choice: &Choice,
        edited: &mut Edited<'_>,
    ) -> Result<Change, Report> {
        let refused = |doubt: Uneditable| Report::from(doubt.diagnostic(&object.title()));
        edited
            .doubts
            .pod_spec(object.node, pod_spec)
            .map_err(refused)?;
        let (change, warning) = place::change(
            (self.plan, self.sides.as_ref()),
            object,
            pod_spec,
            choice,
            &edited.text,
        )?;
        edited.findings.extend(warning);
        edited
            .change_pod_spec(object, pod_spec, change)
            .map_err(refused)
    }
}

/// What at least one of must be in a document that holds pods: the key that every pod spec of Kubernetes must have
/// (k8s.io/api core/v1/types.go, `PodSpec`), or a kind that is not Kubernetes' own. Where they are written with escapes
/// they are not seen.
fn signs_of_pods(custom: &[CustomKind]) -> Vec<Finder<'static>> {
    let kinds = custom.iter().map(|custom| custom.kind.as_str());
    let signs = ["containers"].into_iter().chain(kinds);
    signs.map(|sign| Finder::new(sign).into_owned()).collect()
}
