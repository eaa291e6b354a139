//! Goes through the documents of a stream and edits them.

use std::collections::HashMap;
use std::io::{self, Write};

use super::budgets::{self, Budgets};
use super::change::{Change, Item, Step};
use super::documents::Part;
use super::edit::Edit;
use super::edited::{Edited, Made};
use super::objects::{self, Object};
use super::{Options, Patched, Placed, RULE, STREAM, nothing_chosen, nothing_there};
use super::{place, resource_list};
use crate::diagnostic::{Diagnostic, Severity};
use crate::load;
use crate::manifests::{self, Program};
use crate::plan::Plan;
use crate::resolve::{Candidate, Choice, Stream};
use crate::source::{Source, SourceId};
use crate::yaml::{self, Dialect, Node};

/// So many documents with findings are kept to show their lines; of more, the messages alone must do.
const MAX_SHOWN: usize = 1000;

pub struct Patcher<'a> {
    plan: &'a Plan,
    choices: &'a Stream<'a>,
    budgets: Budgets,
    options: Options<'a>,
    /// The number of the current document among the sources, once it is kept.
    source: SourceId,
    /// How many documents came so far; those without content do not count.
    document: usize,
    /// Whether there was anything at all, if only comments: a chart may well render to nothing else.
    has_text: bool,
    /// How many workloads were chosen.
    chosen: usize,
    /// Who took a listed workload, and in which line.
    listed: HashMap<usize, (Identity, usize)>,
    patched: Patched,
}

/// Kind, namespace and name.
type Identity = (String, Option<String>, String);

impl<'a> Patcher<'a> {
    /// `source` is the number that the first kept document gets among the sources. `budgets` are those that may be put
    /// behind workloads.
    pub fn new(
        plan: &'a Plan,
        choices: &'a Stream<'a>,
        budgets: Budgets,
        source: SourceId,
        options: Options<'a>,
    ) -> Self {
        Self {
            plan,
            choices,
            budgets,
            options,
            source,
            document: 0,
            has_text: false,
            chosen: 0,
            listed: HashMap::new(),
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
        if !may_hold_pods(text) {
            let fault = yaml::fault(self.source, text).map(load::syntax);
            self.keep(fault.into_iter().collect(), text, part.lines_before);
            return self.write(text, &[], out);
        }
        let parsed = yaml::parse(self.source, text, Dialect::Manifest);
        let mut edited = Edited::new(text, part.lines_before, parsed.problems);
        let fatal = edited.fatal();
        if fatal.is_empty() {
            for (number, document) in parsed.documents.iter().enumerate() {
                self.document(number, document, &mut edited);
            }
            edited.edits.sort_by_key(|edit| edit.at);
            if self.options.verify {
                edited.verify(self.source, &parsed.documents);
            }
            edited.put_behind();
        } else {
            edited.findings = fatal;
        }
        self.keep(edited.findings, text, part.lines_before);
        self.write(text, &edited.edits, out)
    }

    /// Writes a part with its edits, unless nothing is to be written any more.
    fn write(&self, text: &str, edits: &[Edit], out: &mut impl Write) -> io::Result<()> {
        if self.patched.report.has_errors() {
            return Ok(());
        }
        let mut written = 0;
        for edit in edits {
            out.write_all(&text.as_bytes()[written..edit.at])?;
            out.write_all(edit.insert.as_bytes())?;
            written = edit.at + edit.delete;
        }
        out.write_all(&text.as_bytes()[written..])
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
        for object in objects::unwrap(document) {
            let Some((choice, keys, change)) = self.object(&object, edited) else {
                continue;
            };
            let mut changes = Vec::new();
            if is_resource_list || self.options.report {
                changes = change.describe();
            }
            if choice.listed.is_none()
                && let Some(budget) = self.budgets.take(
                    object.kind,
                    object.namespace(self.options.namespace),
                    object.name(),
                )
            {
                changes.push("a budget".to_owned());
                if object.items.is_empty() {
                    edited
                        .behind
                        .push_str(&budgets::document(&budget, edited.text.newline()));
                } else {
                    let data = serde_json::to_value(&budget).expect("an object is plain data");
                    budgets.push(Item::Data(data));
                }
            }
            self.chosen += 1;
            if is_resource_list || self.options.report {
                placed.push((object.node, self.placed(&object, &choice, changes, edited)));
            }
            if !change.is_empty() {
                edited.made.push(Made {
                    document: number,
                    items: object.items,
                    keys,
                    change,
                });
            }
        }
        if !budgets.is_empty() {
            let change = Change::Within(vec![(Step::Key("items"), Change::Append(budgets))]);
            edited.change_root(number, document, change);
        }
        if is_resource_list
            && let Some(change) = resource_list::results(document, &placed, &edited.findings)
        {
            edited.change_root(number, document, change);
        }
        if self.options.report {
            self.patched
                .workloads
                .extend(placed.into_iter().map(|(_, placed)| placed));
        }
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

    /// Places one object if it is chosen: what it takes, the keys that lead to its pod spec, and the change.
    fn object(
        &mut self,
        object: &Object<'_, '_>,
        edited: &mut Edited<'_>,
    ) -> Option<(Choice, Vec<String>, Change)> {
        let (kind, keys) = object.pod_spec_keys(self.choices.custom_kinds())?;
        if manifests::is_left_alone(object.node) {
            return None;
        }
        let program = manifests::program(object.node.at(&keys));
        let choice = self.choose(object, program, edited)?;
        let found = match object.pod_spec(kind, &keys) {
            Ok(pod_spec) => {
                place::change(self.plan, object, &pod_spec, &choice.settings, edited.text).and_then(
                    |(change, warning)| {
                        edited.findings.extend(warning);
                        edited.change_pod_spec(object, &pod_spec, change)
                    },
                )
            }
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
                let keys = keys.iter().map(|&key| key.to_owned()).collect();
                Some((choice, keys, change))
            }
            Err(findings) => {
                edited
                    .findings
                    .extend(findings.into_iter().map(|mut finding| {
                        if self.options.skip_uneditable {
                            finding.severity = Severity::Warning;
                        }
                        finding
                    }));
                None
            }
        }
    }

    fn choose(
        &mut self,
        object: &Object<'_, '_>,
        program: Option<Program>,
        edited: &mut Edited<'_>,
    ) -> Option<Choice> {
        let labels = object.metadata("labels");
        let annotations = object.metadata("annotations");
        let candidate = Candidate {
            kind: object.kind,
            name: object.name(),
            namespace: object.namespace(self.options.namespace),
            labels: &|key| labels?.get(key)?.as_str(),
            annotations: &|key| annotations?.get(key)?.as_str(),
            program,
            place: object.place(),
        };
        let choice = match self.choices.choose(&candidate) {
            Ok(choice) => choice?,
            Err(finding) => {
                edited.findings.push(*finding);
                return None;
            }
        };
        if let Some(listed) = choice.listed
            && let Err(finding) = self.take(listed, object, edited)
        {
            edited.findings.push(*finding);
            return None;
        }
        Some(choice)
    }

    /// Notes who a listed workload is. Two that it could mean are one too many.
    fn take(
        &mut self,
        listed: usize,
        object: &Object<'_, '_>,
        edited: &Edited<'_>,
    ) -> Result<(), Box<Diagnostic>> {
        let identity = (
            object.kind.to_owned(),
            object.namespace(self.options.namespace).map(str::to_owned),
            object.name().to_owned(),
        );
        let line = edited.line(object.place());
        let (first, first_line) = self
            .listed
            .entry(listed)
            .or_insert_with(|| (identity.clone(), line));
        if *first == identity {
            return Ok(());
        }
        let message = format!(
            "the listed workload `{}` could mean several: the {} in line {first_line} too",
            object.name(),
            first.0
        );
        let finding = Diagnostic::error("config", message)
            .at(object.place())
            .help("say its `namespace` and `kind` in the list");
        Err(Box::new(finding))
    }
}

/// Whether the key is there that every pod spec must have (k8s.io/api core/v1/types.go, `PodSpec`). Where it is written
/// with escapes it is not seen.
fn may_hold_pods(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"containers").is_some()
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
