//! Workloads of one class get the same lines if their placement is written in the same way, but for the labels of their pods.
//! These lines are made once, by the stages that make all others, with labels that stand for those of each.

mod lines;
mod own_labels;
mod own_placement;

use std::ops::Range;
use std::rc::Rc;

use self::lines::{Lines, standing_in};
use self::own_labels::{OwnLabels, own_labels};
use self::own_placement::own_placement;
use super::change;
use super::change_tree::{Change, Step};
use super::editor::{Editor, FirstOfBlock};
use super::edits::Edit;
use super::list_style::Style;
use super::original::Original;
use super::select::{Pods, Selected};
use super::way::Passed;
use crate::config::Kind;
use crate::manifests;
use crate::model::sides::Sides;
use crate::plan::Plan;
use crate::workloads::Choice;
use crate::yaml::Node;

/// More classes, kinds, indentations and placements than most streams have.
const MOST: usize = 64;

/// The edits that were made.
#[derive(Default)]
pub(super) struct Alike(Vec<(Like, Option<Same>)>);

/// What edits depend on, besides labels.
#[derive(PartialEq)]
struct Like {
    choice: ByAddress,
    kind: Kind,
    indent: usize,
    style: Style,
    /// The parts of the text that are its own placement, one behind the other.
    own: String,
}

/// A choice that is the same only as itself.
struct ByAddress(Rc<Choice>);

/// The same edits of many workloads.
struct Same {
    /// Those of their own placement.
    within: Vec<Within>,
    /// The new keys of the pod spec.
    first: Lines,
}

/// An edit of a part of the text.
struct Within {
    part: usize,
    /// The bytes before it in that part.
    at: usize,
    delete: usize,
    lines: Lines,
}

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
        if pod.entries().is_empty() || text.begins_with(pod, '{') {
            return None;
        }
        let parts = own_placement(pod, &pods.spec.fields, text)?;
        let labels = own_labels(selected.object.node, kind, &pods.spec)?;
        let mut editor = Editor::new(text, &original.doubts);
        let place = editor.first_of_block(pod).ok()?;
        let own = parts.iter().map(|part| &text.str[part.clone()]);
        let like = Like {
            choice: ByAddress(Rc::clone(choice)),
            kind,
            indent: place.indent,
            style: place.style,
            // No text of YAML has it.
            own: own.flat_map(|part| [part, "\0"]).collect(),
        };
        let same = self.same(like, || {
            Same::new(cluster, (selected, pods, pod), original, (&parts, &place))
        })?;
        editor.edits.extend(same.within(&parts, &labels));
        if !same.first.are_none() {
            let lines = same.first.with(&labels);
            editor.insert_block(&place, Some(holder), &lines).ok()?;
        }
        Some(editor.edits)
    }

    fn same(&mut self, like: Like, make: impl FnOnce() -> Option<Same>) -> Option<&Same> {
        let known = self.0.iter().position(|(known, _)| *known == like);
        let at = match known {
            Some(at) => at,
            None if self.0.len() == MOST => return None,
            None => {
                self.0.push((like, make()));
                self.0.len() - 1
            }
        };
        self.0[at].1.as_ref()
    }
}

impl PartialEq for ByAddress {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Same {
    /// `None` if there is something to say of each workload, or to look at in each.
    fn new(
        cluster: (&Plan, Option<&Sides<'_>>),
        (selected, pods, pod): (&Selected<'_, '_, '_, '_>, &Pods<'_, '_, '_>, &Node<'_>),
        original: &Original<'_>,
        (parts, place): (&[Range<usize>], &FirstOfBlock<'_, '_>),
    ) -> Option<Self> {
        let Original { text, doubts, .. } = original;
        let object = selected.object;
        let texts = |span| text.slice(span);
        let read = manifests::placeable(&texts, object.title(), object.node, pods.spec.place());
        let mut placeable = read.ok()?;
        placeable.selector = Some(standing_in());
        let (change, warnings) = change::lacking(cluster, selected, pods, &placeable);
        let Change::Within(steps) = change else {
            return None;
        };
        if !warnings.is_empty() {
            return None;
        }
        let mut editor = Editor::new(text, doubts);
        let mut new = Vec::new();
        for (step, change) in steps {
            let entry = match &step {
                Step::Key(key) => pod.entry(key),
                Step::Item(_) => return None,
            };
            match entry {
                Some(entry) => editor.entry(pod, entry, &change).ok()?,
                None => new.push((step, change)),
            }
        }
        let within = editor.edits.iter().map(|edit| Within::new(edit, parts));
        let first = if new.is_empty() {
            String::new()
        } else {
            text.block_lines(&Change::Within(new), place.indent, place.style)
        };
        Some(Self {
            within: within.collect::<Option<_>>()?,
            first: Lines::new(&first)?,
        })
    }

    /// The edits of the placement that is in these parts of a text.
    fn within(&self, parts: &[Range<usize>], labels: &OwnLabels<'_>) -> impl Iterator<Item = Edit> {
        self.within.iter().map(|within| Edit {
            at: parts[within.part].start + within.at,
            delete: within.delete,
            insert: within.lines.with(labels),
        })
    }
}

impl Within {
    /// `None` if it is in none of the parts, or if labels are on a line with something else.
    fn new(edit: &Edit, parts: &[Range<usize>]) -> Option<Self> {
        let end = edit.at + edit.delete;
        let is_in = |part: &Range<usize>| part.start <= edit.at && end <= part.end;
        let part = parts.iter().position(is_in)?;
        Some(Self {
            part,
            at: edit.at - parts[part].start,
            delete: edit.delete,
            lines: Lines::new(&edit.insert)?,
        })
    }
}
