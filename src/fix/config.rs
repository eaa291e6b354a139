//! Edits of the configuration: the file that has the place is changed, and all of them are read together again.

use serde_json::Value as Json;

use crate::diagnostic::{Edit, Pointer};
use crate::load::{self, Document, Inputs};
use crate::patch::amend;
use crate::source::{SET, SourceId, Span};
use crate::yaml::{self, Dialect, Node, Value};

/// A text before it was changed.
pub(super) type Before = (SourceId, String);

/// An edit that was made.
pub(super) struct Made {
    /// The text that was changed.
    pub(super) before: Before,
    /// Whether it is about an item of a list.
    pub(super) is_of_list: bool,
}

/// Makes one edit; `None` if nothing changes by it.
///
/// # Errors
/// Why it cannot be made.
pub(super) fn edit(inputs: &mut Inputs, edit: &Edit) -> Result<Option<Made>, String> {
    let (source, amended, wanted) = {
        let (document, _) = load::load(inputs);
        let document = document.ok_or("the configuration cannot be read any more")?;
        let before = document.root().to_json();
        let mut wanted = before.clone();
        edit.apply(&mut wanted).ok_or("nothing is there any more")?;
        if wanted == before {
            return Ok(None);
        }
        let found = deepest(&document, edit.pointer());
        let named = inputs.sources.get(found.0.span.source);
        if named.name == SET {
            return Err(format!("`--set {}` overrides the files", named.text));
        }
        let edit = in_file(&named.text, found, edit)?;
        let amended = amend(&named.text, Dialect::Config, 0, &edit)?;
        (found.0.span.source, amended, wanted)
    };
    let before = inputs.sources.replace(source, amended.text);
    if data(inputs).as_ref() != Some(&wanted) {
        inputs.sources.replace(source, before);
        return Err("another file of the configuration or `--set` overrides it".to_owned());
    }
    Ok(Some(Made {
        before: (source, before),
        is_of_list: amended.is_of_list,
    }))
}

fn data(inputs: &Inputs) -> Option<Json> {
    let (document, report) = load::load(inputs);
    document
        .filter(|_| !report.has_errors())
        .map(|document| document.root().to_json())
}

/// The deepest value on the way to a pointer, and how many steps lead to it.
fn deepest(document: &Document<'_>, pointer: &Pointer) -> (Written, usize) {
    let mut way = vec![Pointer::root()];
    for segment in pointer.segments() {
        let next = way.last().expect("it has the root").child(segment);
        way.push(next);
    }
    let nodes = way.iter().map_while(|pointer| document.node(pointer));
    let (depth, node) = nodes.enumerate().last().expect("the root is there");
    (Written::of(node), depth)
}

/// How a value is found again in its file. A list may begin and end with its only item.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Written {
    span: Span,
    is_list: bool,
}

impl Written {
    fn of(node: &Node<'_>) -> Self {
        Self {
            span: node.span,
            is_list: matches!(node.value, Value::Sequence(_)),
        }
    }
}

/// The edit with the place in the file: files are merged, so an item may have another number in its own.
fn in_file(text: &str, (written, depth): (Written, usize), edit: &Edit) -> Result<Edit, String> {
    let parsed = yaml::parse(written.span.source, text, Dialect::Config);
    let documents = parsed.documents.first();
    let found = documents.and_then(|root| find(root, &Pointer::root(), written));
    let found = found.ok_or("it stands in several files")?;
    let rest = edit.pointer().segments().skip(depth);
    let pointer = rest.fold(found, |pointer, key| pointer.child(key));
    Ok(edit.clone().at(pointer))
}

fn find(node: &Node<'_>, pointer: &Pointer, wanted: Written) -> Option<Pointer> {
    if Written::of(node) == wanted {
        return Some(pointer.clone());
    }
    match &node.value {
        Value::Mapping(entries) => entries
            .iter()
            .find_map(|entry| find(&entry.value, &pointer.child(&entry.key), wanted)),
        Value::Sequence(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(at, item)| find(item, &pointer.child(at), wanted))
        }
        _ => None,
    }
}
