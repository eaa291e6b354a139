//! Goes through the documents of a stream and gathers the edits.

use std::collections::HashMap;
use std::ops::Range;

use super::budgets::{self, Budgets};
use super::change::{self, Change, Step};
use super::edit::{Edit, Editor, Uneditable};
use super::objects::{self, Object, PodSpec};
use super::text::Text;
use super::{Options, Patched, Placed, RULE, resource_list, verify};
use crate::components::placement::{Wanted, additions};
use crate::config::Kind;
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::kubernetes;
use crate::load;
use crate::manifests;
use crate::plan::{Labels, Plan};
use crate::resolve::{Candidate, Choice, Stream};
use crate::source::{SourceId, Sources, Span};
use crate::yaml::{self, Dialect, Node, Parsed, Problem};

pub(super) struct Patcher<'a> {
    sources: &'a Sources,
    source: SourceId,
    stream: &'a str,
    plan: &'a Plan,
    choices: &'a Stream<'a>,
    budgets: Budgets,
    options: Options<'a>,
    /// How many documents came so far; those without content do not count.
    document: usize,
    /// Who took a listed workload, and where.
    listed: HashMap<usize, (Identity, Span)>,
    patched: Patched,
}

/// Kind, namespace and name.
type Identity = (String, Option<String>, String);

/// A change within a document.
#[derive(Debug)]
pub(super) struct Made {
    /// The number of the document in its part.
    pub(super) document: usize,
    /// Numbers of items in lists, and then keys, that lead to what is changed.
    pub(super) items: Vec<usize>,
    pub(super) keys: Vec<String>,
    pub(super) change: Change,
}

/// What came of one part of the stream.
#[derive(Default)]
struct Edited {
    edits: Vec<Edit>,
    made: Vec<Made>,
    /// Documents to put behind the part.
    behind: String,
}

impl<'a> Patcher<'a> {
    pub(super) fn new(
        sources: &'a Sources,
        source: SourceId,
        plan: &'a Plan,
        choices: &'a Stream<'a>,
        budgets: Budgets,
        options: Options<'a>,
    ) -> Self {
        Self {
            sources,
            source,
            stream: &sources.get(source).text,
            plan,
            choices,
            budgets,
            options,
            document: 0,
            listed: HashMap::new(),
            patched: Patched::default(),
        }
    }

    pub(super) fn documents(&self) -> usize {
        self.document
    }

    pub(super) fn finish(self) -> Patched {
        self.patched
    }

    /// Takes one part of the stream: a document, mostly.
    pub(super) fn part(&mut self, part: Range<usize>) {
        if is_blank(&self.stream[part.clone()]) {
            return;
        }
        self.document += 1;
        let Parsed {
            documents,
            problems,
        } = self.read(&part);
        if problems.iter().any(|problem| problem.is_fatal) {
            let fatal = problems.into_iter().filter(|problem| problem.is_fatal);
            fatal.for_each(|problem| self.finding(load::syntax(problem)));
            return;
        }
        let text = Text {
            stream: self.stream,
            start: part.start,
            end: part.end,
        };
        let mut edited = Edited::default();
        for (number, document) in documents.iter().enumerate() {
            self.document(number, document, text, &problems, &mut edited);
        }
        edited.edits.sort_by_key(|edit| edit.at);
        if self.options.verify
            && !edited.made.is_empty()
            && let Err(what) =
                verify::verify(self.source, text, &documents, &edited.edits, &edited.made)
        {
            let message = format!("the result is not what was asked for: {what}");
            let finding = Diagnostic::error(RULE, message)
                .at(Span::new(self.source, part.start, part.start))
                .help("this is a mistake of spotgen's: please report it");
            self.finding(finding);
        }
        self.patched.edits.append(&mut edited.edits);
        if !edited.behind.is_empty() {
            let mut insert = edited.behind;
            if text.ends_in_mid_line(part.end) {
                insert.insert_str(0, text.newline());
            }
            self.patched.edits.push(Edit {
                at: part.end,
                delete: 0,
                insert,
            });
        }
    }

    /// Reads a part, and gives everything its place in the stream.
    fn read(&self, part: &Range<usize>) -> Parsed<'a> {
        let mut parsed = yaml::parse(self.source, &self.stream[part.clone()], Dialect::Manifest);
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
        parsed
    }

    fn document(
        &mut self,
        number: usize,
        document: &Node<'_>,
        text: Text<'_>,
        problems: &[Problem],
        edited: &mut Edited,
    ) {
        let mut placed: Vec<(&Node<'_>, Placed)> = Vec::new();
        let mut budgets = Vec::new();
        let findings = self.patched.report.iter().count();
        for object in objects::unwrap(document) {
            let Some((mut workload, made, listed)) =
                self.object(&object, text, problems, &mut edited.edits)
            else {
                continue;
            };
            if !listed && let Some(budget) = self.budget_for(&object) {
                workload.changes.push(format!(
                    "budget {}",
                    budget.metadata().name.as_deref().unwrap_or_default()
                ));
                if object.items.is_empty() {
                    edited
                        .behind
                        .push_str(&budgets::document(&budget, text.newline()));
                } else {
                    budgets.push(serde_json::to_value(&budget).expect("an object is plain data"));
                }
            }
            placed.push((object.node, workload));
            if let Some((keys, change)) = made {
                edited.made.push(Made {
                    document: number,
                    items: object.items,
                    keys,
                    change,
                });
            }
        }
        if !budgets.is_empty() {
            let steps = vec![(Step::Key("items"), Change::Append(budgets))];
            self.root(
                number,
                document,
                Change::Within(steps),
                text,
                problems,
                edited,
            );
        }
        if resource_list::is_one(document) {
            let borrowed: Vec<(&Node<'_>, &Placed)> = placed
                .iter()
                .map(|(node, workload)| (*node, workload))
                .collect();
            let found: Vec<&Diagnostic> = self.patched.report.iter().skip(findings).collect();
            if let Some(change) = resource_list::results(&borrowed, &found) {
                self.root(number, document, change, text, problems, edited);
            }
        }
        self.patched
            .workloads
            .extend(placed.into_iter().map(|(_, workload)| workload));
    }

    /// Changes a document itself: the list that it is.
    fn root(
        &mut self,
        number: usize,
        document: &Node<'_>,
        change: Change,
        text: Text<'_>,
        problems: &[Problem],
        edited: &mut Edited,
    ) {
        let Change::Within(steps) = &change else {
            return;
        };
        let duplicates = duplicates(problems);
        let mut editor = Editor::new(text, &duplicates);
        match editor.steps(document, None, steps) {
            Ok(()) => {
                edited.edits.append(&mut editor.edits);
                edited.made.push(Made {
                    document: number,
                    items: Vec::new(),
                    keys: Vec::new(),
                    change,
                });
            }
            Err(uneditable) => self.finding(refusal("the list", uneditable)),
        }
    }

    fn budget_for(&mut self, object: &Object<'_, '_>) -> Option<kubernetes::Object> {
        if !self.options.add_budgets {
            return None;
        }
        let namespace = object.text("namespace").or(self.options.namespace);
        self.budgets.take(object.kind, namespace, object.name())
    }

    /// Places one object if it is chosen: what came of it, the keys that lead to its pod spec with the change if there
    /// was one, and whether the configuration lists it.
    fn object(
        &mut self,
        object: &Object<'_, '_>,
        text: Text<'_>,
        problems: &[Problem],
        edits: &mut Vec<Edit>,
    ) -> Option<(Placed, Option<(Vec<String>, Change)>, bool)> {
        let (kind, keys) = object.pod_spec_keys(self.choices.custom_kinds())?;
        if manifests::is_left_alone(object.node) {
            return None;
        }
        let choice = self.choose(object)?;
        let change = match self.place(object, &choice, (kind, &keys), text, problems, edits) {
            Ok(change) => change,
            Err(findings) => {
                for mut finding in findings {
                    if self.options.skip_uneditable {
                        finding.severity = Severity::Warning;
                    }
                    self.finding(finding);
                }
                return None;
            }
        };
        let placed = Placed {
            kind: object.kind.to_owned(),
            name: object.name().to_owned(),
            namespace: self.namespace(object).map(str::to_owned),
            class: choice.class,
            place: object.place(),
            changes: change.describe(),
        };
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        let made = (!change.is_empty()).then_some((keys, change));
        Some((placed, made, choice.listed.is_some()))
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
                self.finding(finding);
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
        let place = *place;
        let message = format!("the listed workload `{}` could mean several", object.name());
        let finding = Diagnostic::error("config", message)
            .at(object.place())
            .related(place, "this one too")
            .help("say its `namespace` and `kind` in the list");
        self.finding(finding);
        None
    }

    /// The change of a chosen workload, made in `edits`.
    fn place(
        &self,
        object: &Object<'_, '_>,
        choice: &Choice,
        (kind, keys): (Option<Kind>, &[&str]),
        text: Text<'_>,
        problems: &[Problem],
        edits: &mut Vec<Edit>,
    ) -> Result<Change, Report> {
        let subject = format!("{} `{}`", object.kind, object.name());
        let pod_spec = match object.pod_spec(kind, keys) {
            Ok(pod_spec) => pod_spec,
            // A Rollout may leave its template to a Deployment, which is in the stream itself.
            // Source: argoproj/argo-rollouts docs/features/specification.md, `workloadRef`.
            Err(_) if object.node.at(&["spec", "workloadRef"]).is_some() => {
                return Ok(Change::Within(Vec::new()));
            }
            Err(place) => {
                let message = format!("{subject} has no `{}`", keys.join("."));
                return Err(Diagnostic::error(RULE, message).at(place).into());
            }
        };
        // Aliases that could not be followed: what was read is not what is written.
        if let Some(problem) = problems.iter().find(|problem| problem.related.is_none()) {
            return Err(load::syntax(problem.clone()).into());
        }
        let change = self.change(object, choice, &pod_spec, &subject)?;
        let duplicates = duplicates(problems);
        let mut editor = Editor::new(text, &duplicates);
        match edit(&mut editor, &pod_spec, &change) {
            Ok(()) => {
                edits.append(&mut editor.edits);
                Ok(change)
            }
            Err(uneditable) => Err(refusal(&subject, uneditable).into()),
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
        let mut placement = settings.placement.clone();
        if placeable.selector.is_none() && pod_spec.kind == Some(Kind::Pod) {
            // A pod without labels has no siblings to keep away from.
            placement.spread.clear();
        }
        let selector = match &placeable.selector {
            Some(selector) => selector,
            None if placement.spread.is_empty() => &none,
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
            placement: &placement,
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

    /// Reports something about the current document.
    fn finding(&mut self, mut finding: Diagnostic) {
        finding.message = format!("{} (document {})", finding.message, self.document);
        self.patched.report.push(finding);
    }
}

fn edit(
    editor: &mut Editor<'_>,
    pod_spec: &PodSpec<'_, '_>,
    change: &Change,
) -> Result<(), Uneditable> {
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

fn refusal(subject: &str, uneditable: Uneditable) -> Diagnostic {
    let message = format!(
        "{subject} cannot be edited with certainty: {}",
        uneditable.reason
    );
    Diagnostic::error("uneditable", message)
        .at(uneditable.place)
        .help("write the value out there, or leave the workload alone with --skip-uneditable")
}

/// The first of each pair of keys that are written twice.
fn duplicates(problems: &[Problem]) -> Vec<Span> {
    let related = problems
        .iter()
        .filter_map(|problem| problem.related.as_ref());
    related.map(|(place, _)| *place).collect()
}

/// Whether a part holds nothing but comments and markers.
fn is_blank(text: &str) -> bool {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let text = text.strip_prefix("---").unwrap_or(text);
    text.lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#') || line == "..."
    })
}
