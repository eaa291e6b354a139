//! Workloads of one class without a placement of their own get the same lines, but for the labels of their pods. These lines
//! are made once, by the stages that make all others, with labels that stand for those of each.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::change;
use super::change_tree::Change;
use super::editor::Editor;
use super::edits::Edit;
use super::list_style::Style;
use super::original::Original;
use super::pod_spec::PodSpec;
use super::select::{Pods, Selected};
use super::text::Text;
use super::way::Passed;
use crate::config::Kind;
use crate::kubernetes::Labels;
use crate::manifests::{ExistingPlacement, Placeable};
use crate::model::sides::Sides;
use crate::plan::Plan;
use crate::workloads::Choice;
use crate::yaml::{self, Node, Value};

/// The key and the value of the label that stands for all labels of a workload.
const STANDING_IN: &str = "labels-of-the-pods-that-spotgen-places";

/// More classes, kinds and indentations than a stream has.
const MOST: usize = 64;

/// A key and a value that are longer could be written in another way than on one line.
const LONGEST: usize = 256;

/// The lines that were made.
#[derive(Default)]
pub(super) struct Alike(Vec<(Like, Option<Lines>)>);

/// What lines depend on, besides labels.
struct Like {
    choice: Rc<Choice>,
    kind: Kind,
    indent: usize,
    style: Style,
}

/// Lines with gaps for labels.
struct Lines {
    /// What is before each gap, and the indentation of the labels in it.
    parts: Vec<(String, usize)>,
    rest: String,
}

/// The labels of a workload.
type Own<'n> = BTreeMap<&'n str, &'n str>;

impl Alike {
    /// The edits that place a workload; `None` if they have to be found by its own pod spec.
    pub(super) fn edits(
        &mut self,
        cluster: (&Plan, Option<&Sides<'_>>),
        selected: &Selected<'_, '_, '_, '_>,
        original: &Original<'_>,
    ) -> Option<Vec<Edit>> {
        let [pods] = &selected.pods[..] else {
            return None;
        };
        let (choice, text) = (&selected.choice, &original.text);
        let is_certain = original.is_skimmed && !selected.object.is_in_a_list();
        if !is_certain || choice.listed.is_some() || text.newline() != "\n" {
            return None;
        }
        let kind = pods.spec.kind?;
        let pod = pods.spec.node?;
        let Some(Passed::Entry(_, holder)) = pods.spec.way.last() else {
            return None;
        };
        if pod.entries().is_empty() || text.begins_with(pod, '{') || !is_bare(&pods.spec, pod) {
            return None;
        }
        let labels = labels(selected.object.node, kind, &pods.spec)?;
        let mut editor = Editor::new(text, &original.doubts);
        let place = editor.first_of_block(pod).ok()?;
        let like = Like {
            choice: Rc::clone(choice),
            kind,
            indent: place.indent,
            style: place.style,
        };
        let lines = self.lines(like, |like| Lines::new(cluster, selected, pods, text, like))?;
        if !lines.are_none() {
            let lines = lines.with(&labels);
            editor.insert_block(&place, Some(holder), &lines).ok()?;
        }
        Some(editor.edits)
    }

    fn lines(&mut self, like: Like, make: impl FnOnce(&Like) -> Option<Lines>) -> Option<&Lines> {
        let known = self.0.iter().position(|(known, _)| *known == like);
        let at = match known {
            Some(at) => at,
            None if self.0.len() == MOST => return None,
            None => {
                let lines = make(&like);
                self.0.push((like, lines));
                self.0.len() - 1
            }
        };
        self.0[at].1.as_ref()
    }
}

impl PartialEq for Like {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.choice, &other.choice)
            && self.kind == other.kind
            && self.indent == other.indent
            && self.style == other.style
    }
}

impl Lines {
    /// `None` if there is something to say of each workload.
    fn new(
        cluster: (&Plan, Option<&Sides<'_>>),
        selected: &Selected<'_, '_, '_, '_>,
        pods: &Pods<'_, '_, '_>,
        text: &Text<'_>,
        like: &Like,
    ) -> Option<Self> {
        let standing_in = || STANDING_IN.to_owned();
        let placeable = Placeable {
            selector: Some(Labels::from_iter([(standing_in(), standing_in())])),
            existing: ExistingPlacement::default(),
            node_selector: Labels::new(),
            termination_grace_period_seconds: None,
            asked_grace: None,
            grace_location: None,
        };
        let (change, warnings) = change::lacking(cluster, selected, pods, &placeable);
        if !warnings.is_empty() || !matches!(change, Change::Within(_)) {
            return None;
        }
        let mut lines = Self {
            parts: Vec::new(),
            rest: String::new(),
        };
        if change.is_empty() {
            return Some(lines);
        }
        let gap = format!("{STANDING_IN}: {STANDING_IN}");
        let block = text.block_lines(&change, like.indent, like.style);
        for line in block.split_inclusive('\n') {
            if line.trim() == gap {
                let indent = line.len() - line.trim_start_matches(' ').len();
                lines.parts.push((std::mem::take(&mut lines.rest), indent));
            } else {
                lines.rest.push_str(line);
            }
        }
        // Labels in another place would not be those of each workload.
        (!lines.rest.contains(STANDING_IN)).then_some(lines)
    }

    fn are_none(&self) -> bool {
        self.parts.is_empty() && self.rest.is_empty()
    }

    fn with(&self, labels: &Own<'_>) -> String {
        let mut lines = String::with_capacity(1024);
        for (part, indent) in &self.parts {
            lines.push_str(part);
            yaml::write_indented(labels, *indent, &mut lines);
        }
        lines.push_str(&self.rest);
        lines
    }
}

/// Whether a pod spec has nothing that placing looks at.
fn is_bare(spec: &PodSpec<'_, '_, '_>, pod: &Node<'_>) -> bool {
    let mut placed = spec.fields.paths().map(|path| path[0]);
    placed.all(|key| pod.get(key).is_none()) && pod.get("nodeSelector").is_none()
}

/// The labels by which a workload of a kind selects its pods, if it is beyond doubt that they are these.
fn labels<'n>(object: &'n Node<'_>, kind: Kind, spec: &PodSpec<'_, '_, '_>) -> Option<Own<'n>> {
    if !kind.has_selector() || kind == Kind::ReplicationController {
        return None;
    }
    let [selector] = object.at(&["spec", "selector"])?.entries() else {
        return None;
    };
    let labels = as_labels(&selector.value).filter(|_| selector.key == "matchLabels")?;
    let template = spec.place().template?;
    let metadata = template.get("metadata");
    let are_read = match metadata.map(|metadata| &metadata.value) {
        None => true,
        Some(Value::Mapping(_)) => {
            let labels = metadata.and_then(|metadata| metadata.get("labels"));
            labels.is_none_or(|labels| as_labels(labels).is_some())
        }
        Some(_) => false,
    };
    (are_read && !labels.is_empty()).then_some(labels)
}

/// A map of short texts of one line.
fn as_labels<'n>(node: &'n Node<'_>) -> Option<Own<'n>> {
    let Value::Mapping(entries) = &node.value else {
        return None;
    };
    let is_short = |text: &str| text.len() <= LONGEST && text.bytes().all(|byte| byte >= b' ');
    let labels = entries.iter().map(|entry| {
        let (key, value) = (entry.key.as_ref(), entry.value.as_str()?);
        (is_short(key) && is_short(value)).then_some((key, value))
    });
    labels.collect()
}
