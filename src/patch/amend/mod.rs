//! One edit of a text that is not about placement: the fix of a finding.

#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use crate::diagnostic::{Edit, Pointer};
use crate::patch::change_tree::{Change, Item, Step};
use crate::patch::doubts::Doubts;
use crate::patch::editor::Editor;
use crate::patch::edits::{self, Edit as Splice};
use crate::patch::objects;
use crate::patch::rewrite::{Place, Rewrite};
use crate::patch::text::Text;
use crate::patch::uneditable::{Certain, Uneditable};
use crate::source::SourceId;
use crate::yaml::{self, Dialect, Node, Parsed, Value};

/// The documents of a text, each as plain data.
type Data = Vec<Json>;

const GONE: &str = "nothing is there any more";

/// A text with an edit in it.
#[derive(Debug)]
pub(crate) struct Amended {
    pub(crate) text: String,
    /// Whether the edit is about an item of a list.
    pub(crate) is_of_list: bool,
}

/// Applies an edit to one of the documents of a text. Every byte that it is not about stays. Its pointer may lead on into
/// a string that holds YAML itself, as those of a `ConfigMap` do.
///
/// # Errors
/// Why that cannot be done safely.
pub(crate) fn amend(
    text: &str,
    dialect: Dialect,
    document: usize,
    edit: &Edit,
) -> Result<Amended, String> {
    let before = data(&read(text, dialect)?);
    let root = before.get(document).ok_or(GONE)?;
    if let Some((outer, inner, rest)) = text_on_the_way(root, edit.pointer()) {
        let inner = amend(inner, Dialect::Manifest, 0, &edit.clone().at(rest))?;
        let set = Edit::Set {
            pointer: outer,
            value: inner.text.into(),
        };
        let outer = amend(text, dialect, document, &set)?;
        return Ok(Amended {
            is_of_list: inner.is_of_list,
            ..outer
        });
    }
    let holder = root.pointer(&edit.pointer().parent().to_string());
    let is_of_list = holder.is_some_and(Json::is_array);
    let mut wanted = before.clone();
    edit.apply(&mut wanted[document]).ok_or(GONE)?;
    let mut written = text.to_owned();
    let mut steps = Vec::new();
    steps_of(edit, root, &mut steps);
    for step in steps {
        written = splice(&written, dialect, document, &step)
            .map_err(|doubt| doubt.reason().to_owned())?;
    }
    if data(&read(&written, dialect)?) != wanted {
        return Err("the text around it is too unusual to be edited safely".to_owned());
    }
    Ok(Amended {
        text: written,
        is_of_list,
    })
}

/// A string that a pointer leads into, with the pointer to it and the one within it.
fn text_on_the_way<'j>(root: &'j Json, pointer: &Pointer) -> Option<(Pointer, &'j str, Pointer)> {
    let (mut node, mut outer) = (root, Pointer::root());
    let mut segments = pointer.segments();
    while let Some(segment) = segments.next() {
        outer = outer.child(&segment);
        node = match node {
            Json::Array(items) => items.get(segment.parse::<usize>().ok()?)?,
            _ => node.get(segment.as_ref())?,
        };
        if let Json::String(text) = node {
            let mut rest = segments.peekable();
            rest.peek()?;
            let rest = rest.fold(Pointer::root(), |pointer, key| pointer.child(key));
            return Some((outer, text, rest));
        }
    }
    None
}

/// The number of the document with a position, and the pointer of the object in it that has this position.
pub(crate) fn object_at(text: &str, at: usize) -> Option<(usize, Pointer)> {
    let mut parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
    let doubts = Doubts::new(&mut parsed, &Text::new(text));
    let has = |node: &Node<'_>| (node.span.start as usize..=node.span.end as usize).contains(&at);
    let document = parsed.documents.iter().rposition(has)?;
    let held = objects::unwrap(&parsed.documents[document], &doubts);
    // The values of a chart are no object, but a document.
    if held.objects.is_empty() && held.refused.is_empty() {
        return Some((document, Pointer::root()));
    }
    let object = held.objects.iter().rfind(|object| has(object.node))?;
    Some((document, object.pointer()))
}

fn read(text: &str, dialect: Dialect) -> Result<Parsed<'_>, String> {
    let parsed = yaml::parse(SourceId(0), text, dialect);
    match parsed.problems.iter().find(|problem| problem.is_fatal) {
        Some(problem) => Err(problem.message.clone()),
        None => Ok(parsed),
    }
}

fn data(parsed: &Parsed<'_>) -> Data {
    parsed.documents.iter().map(Node::to_json).collect()
}

/// The same edit in steps that leave as much as possible of what is there: of a value that is replaced, only what differs.
fn steps_of(edit: &Edit, root: &Json, steps: &mut Vec<Edit>) {
    match edit {
        Edit::Set { pointer, value } => {
            let before = root.pointer(&pointer.to_string());
            differences(pointer, before, value, steps);
        }
        _ => steps.push(edit.clone()),
    }
}

fn differences(pointer: &Pointer, before: Option<&Json>, after: &Json, steps: &mut Vec<Edit>) {
    match (before, after) {
        (Some(before), after) if before == after => {}
        (Some(Json::Object(before)), Json::Object(after))
            if before.keys().any(|key| after.contains_key(key)) =>
        {
            for (key, value) in after {
                differences(&pointer.child(key), before.get(key), value, steps);
            }
            let gone = before.keys().filter(|key| !after.contains_key(*key));
            steps.extend(gone.map(|key| Edit::Remove {
                pointer: pointer.child(key),
            }));
        }
        (Some(Json::Array(before)), Json::Array(after))
            if !before.is_empty() && after.starts_with(before) =>
        {
            steps.extend(after[before.len()..].iter().map(|value| Edit::Append {
                pointer: pointer.clone(),
                value: value.clone(),
            }));
        }
        (Some(Json::Array(before)), Json::Array(after))
            if !after.is_empty() && is_part_of(after, before) =>
        {
            // From the end, so that the numbers of the others stay valid.
            let mut left = after.iter().rev().peekable();
            for (at, item) in before.iter().enumerate().rev() {
                if left.next_if(|kept| *kept == item).is_none() {
                    steps.push(Edit::Remove {
                        pointer: pointer.child(at),
                    });
                }
            }
        }
        _ => steps.push(Edit::Set {
            pointer: pointer.clone(),
            value: after.clone(),
        }),
    }
}

/// Whether a list is another one with some items left out.
fn is_part_of(part: &[Json], whole: &[Json]) -> bool {
    let mut whole = whole.iter().rev();
    part.iter()
        .rev()
        .all(|item| whole.any(|other| other == item))
}

fn splice(text: &str, dialect: Dialect, document: usize, edit: &Edit) -> Certain<String> {
    let mut parsed = yaml::parse(SourceId(0), text, dialect);
    let text = Text::new(text);
    let doubts = Doubts::new(&mut parsed, &text);
    let mut splices = splices(&text, &doubts, &parsed.documents[document], edit)?;
    splices.sort_by_key(|splice| splice.at);
    let mut written = Vec::new();
    edits::write(text.str, &splices, &mut written).expect("writing to memory cannot fail");
    Ok(String::from_utf8(written).expect("whole characters are replaced"))
}

fn splices(
    text: &Text<'_>,
    doubts: &Doubts,
    document: &Node<'_>,
    edit: &Edit,
) -> Certain<Vec<Splice>> {
    let segments: Vec<String> = edit.pointer().segments().map(Into::into).collect();
    let (node, place, rest) = walk(text, doubts, document, &segments)?;
    let rewrite = Rewrite::new(text, doubts);
    match (edit, rest) {
        (Edit::Remove { .. }, []) => rewrite.remove(place),
        (Edit::Remove { .. }, _) => Ok(Vec::new()),
        (Edit::Set { value, .. }, []) if !node.is_null() => rewrite.replace(place, value),
        (Edit::Append { .. } | Edit::Set { .. }, []) => {
            let (Place::Entry(map, entry), change) = (place, change(edit, &[])) else {
                return Err(Uneditable::new(node.span, "it is an item of a list"));
            };
            let mut editor = Editor::new(text, doubts);
            editor.entry(map, entry, &change)?;
            Ok(editor.edits)
        }
        (_, [key, within @ ..]) => match (&node.value, place) {
            (Value::Mapping(_), _) => rewrite.add(node, place, key, change(edit, within)),
            (Value::Null, Place::Entry(map, entry)) => {
                let mut editor = Editor::new(text, doubts);
                editor.entry(map, entry, &change(edit, rest))?;
                Ok(editor.edits)
            }
            _ => Err(Uneditable::new(
                node.span,
                "nothing can be put into this value",
            )),
        },
    }
}

/// The deepest node on the way to a pointer, its place, and what is left of the way.
fn walk<'n, 's, 'p>(
    text: &Text<'_>,
    doubts: &Doubts,
    document: &'n Node<'s>,
    mut rest: &'p [String],
) -> Certain<(&'n Node<'s>, Place<'n, 's>, &'p [String])> {
    let (mut node, mut place) = (document, Place::Root);
    while let [segment, within @ ..] = rest {
        match &node.value {
            Value::Mapping(_) => {
                let Some(entry) = node.entry(segment) else {
                    break;
                };
                doubts.entry(text, node, entry)?;
                place = Place::Entry(node, entry);
                node = &entry.value;
            }
            Value::Sequence(items) => {
                let at = segment.parse().ok();
                let Some((at, item)) = at.and_then(|at: usize| Some((at, items.get(at)?))) else {
                    return Err(Uneditable::new(node.span, "the list has no such item"));
                };
                doubts.item(text, item)?;
                place = Place::Item(node, at);
                node = item;
            }
            _ => break,
        }
        rest = within;
    }
    Ok((node, place, rest))
}

/// What an edit writes, within these keys.
fn change(edit: &Edit, within: &[String]) -> Change {
    let change = match edit {
        Edit::Append { value, .. } => Change::Append(vec![Item::Data(value.clone())]),
        Edit::Set { value, .. } => Change::Set {
            old: None,
            new: value.clone(),
        },
        Edit::Remove { .. } => Change::Within(Vec::new()),
    };
    within.iter().rev().fold(change, |change, key| {
        Change::Within(vec![(Step::Key(key.clone().into()), change)])
    })
}
