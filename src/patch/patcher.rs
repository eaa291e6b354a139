//! Passes the parts of a stream through the stages and collects the results.

use std::collections::HashSet;
use std::io::{self, Write};

use super::above::Above;
use super::alike::Alike;
use super::budgets::Budgets;
use super::change_tree::{Change, Item, Step, data};
use super::documents::{Part, is_blank};
use super::edited::{Applied, Edited};
use super::edits::{self, Edit};
use super::objects::{self, Object};
use super::options::Options;
use super::original::Original;
use super::patched::{Patched, Placed};
use super::refusal::Refusal;
use super::run::Run;
use super::select::Selector;
use super::signs::Signs;
use super::skim::{Skimmed, skim};
use super::{cautions, change, edit, findings, resource_list, verify};
use crate::diagnostic::{Diagnostic, Pointer, Report};
use crate::kinds::Shape;
use crate::model::sides::Sides;
use crate::plan::Plan;
use crate::source::SourceId;
use crate::workloads::{Stream, Unreached};
use crate::yaml::skim::Heads;
use crate::yaml::{self, Node, Seen};
use crate::{kubernetes, load};

/// The description of an added budget.
const A_BUDGET: &str = "a budget";

pub struct Patcher<'a> {
    plan: &'a Plan,
    sides: Option<Sides<'a>>,
    choices: &'a Stream<'a>,
    options: Options<'a>,
    signs: Signs,
    selector: Selector<'a>,
    budgets: Option<Budgets<'a>>,
    alike: Alike,
    /// What is not looked at in workloads, and is there in many.
    seen: Seen,
    /// What documents begin with.
    heads: Heads,
    /// The workloads above the present document, which say how lists are written.
    above: Above,
    /// What has been said once.
    said: HashSet<&'static str>,
    unreached: Unreached,
    run: Run<'a>,
}

/// A selected workload and the result for it.
struct Workload<'o, 'n, 's> {
    object: &'o Object<'n, 's>,
    change: Change,
    /// Descriptions of the changes, by the class that they come from.
    classes: Vec<(String, Vec<String>)>,
    is_without_pods: bool,
    edits: Vec<Edit>,
    budget: Option<kubernetes::Object>,
    /// What it does not get, with reasons.
    warnings: Vec<Diagnostic>,
}

impl<'o, 'n, 's> Workload<'o, 'n, 's> {
    fn unchanged(object: &'o Object<'n, 's>) -> Self {
        Self {
            object,
            change: Change::Within(Vec::new()),
            classes: Vec::new(),
            is_without_pods: false,
            edits: Vec::new(),
            budget: None,
            warnings: Vec::new(),
        }
    }
}

impl<'a> Patcher<'a> {
    /// `source` is the number of the first kept document among the sources. `budgets` are appended after workloads, if
    /// requested.
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
            options,
            signs: Signs::new(choices.kinds()),
            alike: Alike::default(),
            seen: Seen::default(),
            heads: Heads::default(),
            above: Above::in_file(options.whole),
            said: HashSet::new(),
            unreached: Unreached::default(),
            selector: Selector::new(choices, options.namespace),
            budgets,
            run: Run::new(options.file, source),
        }
    }

    pub fn finish(self) -> Patched {
        Patched {
            unreached: self.unreached,
            ..self.run.finish()
        }
    }

    /// Processes and writes one part of the stream, usually one document.
    ///
    /// # Errors
    /// When `out` fails.
    pub fn part(&mut self, part: Part<'_>, out: &mut impl Write) -> io::Result<()> {
        let Ok(text) = std::str::from_utf8(part.bytes) else {
            self.run.next_document();
            self.run.finding(findings::not_text(&part));
            return Ok(());
        };
        if !part.keys.have_content(text) && is_blank(text) {
            self.run.blank(text);
            return self.write(text, &[], out);
        }
        self.run.next_document();
        let above = std::mem::take(&mut self.above);
        let edited = self.read(&part, text, &above);
        if edited.has_workloads {
            above.push(text);
        }
        self.above = above;
        self.run.workloads(edited.chosen, edited.workloads);
        self.run.findings(edited.findings, text, part.lines_before);
        self.write(text, &edited.edits, out)
    }

    /// Reads a part as far as needed.
    fn read(&mut self, part: &Part<'_>, text: &str, above: &Above) -> Edited {
        let source = self.run.source();
        // Budgets are in documents of another kind, and `--verify` promises to read all of it.
        let is_skimmed = !self.options.verify && self.budgets.is_none();
        let skimmed = if is_skimmed {
            let text = (source, text);
            let how = (&self.selector, &self.signs);
            let known = (&mut self.seen, &mut self.heads);
            skim(text, part, above, how, known)
        } else {
            None
        };
        match skimmed {
            Some(Skimmed::WithoutPods) => return Edited::default(),
            Some(Skimmed::NotChosen) => {
                return Edited {
                    has_workloads: self.signs.are_in(part.bytes),
                    ..Edited::default()
                };
            }
            Some(Skimmed::Chosen(original)) => return self.edited(&original),
            None => {}
        }
        if self.signs.are_in(part.bytes) {
            match Original::read(source, text, part.lines_before, above) {
                Ok(original) => self.edited(&original),
                Err(fatal) => Edited::untouched(fatal),
            }
        } else {
            let problem = yaml::problem(source, text).map(load::syntax);
            Edited::untouched(problem.into_iter().collect())
        }
    }

    /// Writes a part with its edits, unless an error has stopped the output.
    fn write(&self, text: &str, edits: &[Edit], out: &mut impl Write) -> io::Result<()> {
        if self.run.is_good() {
            edits::write(text, edits, out)
        } else {
            Ok(())
        }
    }

    fn edited(&mut self, original: &Original<'_>) -> Edited {
        let mut edited = Edited::default();
        for number in 0..original.documents.len() {
            self.document(number, original, &mut edited);
        }
        edited.edits.sort_by_key(|edit| edit.at);
        edited
            .edits
            .extend(edit::behind(&original.text, &edited.behind));
        if self.options.verify {
            let wrong = verify::verify(self.run.source(), original, &edited);
            edited.findings.extend(wrong);
        }
        edited
    }

    /// Edits a document of a part: each of its workloads, and the document itself if it is a list.
    fn document(&mut self, number: usize, original: &Original<'_>, edited: &mut Edited) {
        let document = &original.documents[number];
        let is_resource_list = resource_list::is_one(document);
        let held = objects::unwrap(document, &original.doubts);
        for (subject, doubt) in &held.refused {
            let refusal = Refusal::from(doubt.diagnostic(subject));
            edited.findings.extend(self.findings(refusal));
        }
        let mut placed: Vec<(&Node<'_>, Placed)> = Vec::new();
        let mut items = Vec::new();
        for object in &held.objects {
            let known = self.selector.known(object.kind, object.api_version);
            edited.has_workloads |= known.is_some();
            let mut workload = match self.workload(object, original) {
                Ok(Some(workload)) => workload,
                Ok(None) => continue,
                Err(refusal) => {
                    edited.findings.extend(self.findings(refusal));
                    continue;
                }
            };
            edited.chosen += 1;
            edited.findings.append(&mut workload.warnings);
            edited.edits.append(&mut workload.edits);
            if is_resource_list || self.options.report {
                let each = self.placed(&workload, original);
                placed.extend(each.into_iter().map(|placed| (object.node, placed)));
            }
            match workload.budget {
                Some(budget) if object.is_in_a_list() => items.push(Item::Data(data(&budget))),
                budget => edited.behind.extend(budget),
            }
            if self.options.verify && !workload.change.is_empty() {
                edited.applied.push(Applied {
                    document: number,
                    pointer: object.pointer(),
                    change: workload.change,
                });
            }
        }
        if !items.is_empty() {
            let change = Change::Within(vec![(Step::Key("items".into()), Change::Append(items))]);
            if !self.list(number, change, original, edited) {
                for (_, placed) in &mut placed {
                    placed.changes.retain(|change| change != A_BUDGET);
                }
            }
        }
        if is_resource_list
            && let Some(change) = resource_list::results(document, &placed, &edited.findings)
        {
            self.list(number, change, original, edited);
        }
        if self.options.report {
            let placed = placed.into_iter().map(|(_, placed)| placed);
            edited.workloads.extend(placed);
        }
    }

    /// Passes an object through the stages; `None` if it is not a workload or is skipped.
    fn workload<'o, 'n, 's>(
        &mut self,
        object: &'o Object<'n, 's>,
        original: &Original<'_>,
    ) -> Result<Option<Workload<'o, 'n, 's>>, Refusal> {
        let Some(selected) = self.selector.select(object, original)? else {
            return Ok(None);
        };
        let cluster = (self.plan, self.sides.as_ref());
        let mut warnings = Vec::new();
        if let Some(kind) = selected.custom {
            let named = (object.title(), object.location());
            let shape = Shape::of(object.node);
            let lacking = self.unreached.record(kind, (&named.0, named.1), &shape);
            warnings.extend(lacking);
        }
        // A change that is to be described or compared is needed itself.
        let is_bytes_alone = !self.options.report && !self.options.verify && self.budgets.is_none();
        if is_bytes_alone && let Some(edits) = self.alike.edits(cluster, &selected, original) {
            return Ok(Some(Workload {
                edits,
                ..Workload::unchanged(object)
            }));
        }
        let is_described = self.options.report || object.is_in_a_list();
        let mut whole = Change::Within(Vec::new());
        let mut classes: Vec<(String, Vec<String>)> = Vec::new();
        for pods in &selected.pods {
            let (change, lacking) = change::placing(cluster, &selected, pods, &original.text)?;
            warnings.extend(lacking);
            warnings.extend(cautions::of(&selected, pods, &change, &mut self.said));
            let is_own = pods.spec.kind.is_some();
            let own = (is_described && is_own).then(|| change.describe());
            let change = change.under(pods.spec.steps());
            let whole_way = (is_described && !is_own).then(|| change.describe());
            let described = own.or(whole_way).unwrap_or_default();
            let class = &selected.choice_for(pods).class;
            match classes.iter_mut().find(|(known, _)| known == class) {
                Some((_, changes)) => changes.extend(described),
                None => classes.push((class.clone(), described)),
            }
            whole = whole.and(change);
        }
        let is_without_pods = classes.is_empty();
        if is_without_pods {
            classes.push((selected.choice.class.clone(), Vec::new()));
        }
        let edits = match edit::object(original, object, &whole) {
            Ok(edits) => edits,
            Err(doubt) => {
                warnings.push(doubt.diagnostic(&object.title()));
                return Err(Report::from_iter(warnings).into());
            }
        };
        let budget = self.budgets.as_mut().map_or(Ok(None), |budgets| {
            budgets.of_workload(self.plan, self.choices, &selected, self.options.namespace)
        });
        let budget = budget.unwrap_or_else(|warning| {
            warnings.push(*warning);
            None
        });
        Ok(Some(Workload {
            object,
            change: whole,
            classes,
            is_without_pods,
            edits,
            budget,
            warnings,
        }))
    }

    /// Changes a document that is a list, and returns whether that was possible.
    fn list(
        &self,
        number: usize,
        change: Change,
        original: &Original<'_>,
        edited: &mut Edited,
    ) -> bool {
        match edit::list(original, &original.documents[number], &change) {
            Ok(edits) => {
                edited.edits.extend(edits);
                if self.options.verify {
                    edited.applied.push(Applied {
                        document: number,
                        pointer: Pointer::root(),
                        change,
                    });
                }
                true
            }
            Err(doubt) => {
                let refusal = Refusal::from(doubt.diagnostic("the list"));
                edited.findings.extend(self.findings(refusal));
                false
            }
        }
    }

    fn findings(&self, refusal: Refusal) -> Report {
        refusal.findings(self.options.skip_uneditable)
    }

    /// The results for a workload: one, unless its pods have several classes.
    fn placed(&self, workload: &Workload<'_, '_, '_>, original: &Original<'_>) -> Vec<Placed> {
        let object = workload.object;
        let classes = workload.classes.iter().enumerate();
        let placed = classes.map(|(at, (class, changes))| {
            let budget = workload.budget.as_ref().filter(|_| at == 0);
            let budget = budget.map(|_| A_BUDGET.to_owned());
            Placed {
                kind: object.kind.to_owned(),
                name: object.name().to_owned(),
                namespace: object.namespace(self.options.namespace).map(str::to_owned),
                class: class.clone(),
                line: original.line(object.location()),
                is_without_pods: workload.is_without_pods,
                changes: changes.iter().cloned().chain(budget).collect(),
            }
        });
        placed.collect()
    }
}
