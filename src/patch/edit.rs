//! Turns changes into edits of the text.

use super::change_tree::Change;
use super::editor::Editor;
use super::edits::Edit;
use super::original::Original;
use super::select::Selected;
use super::text::Text;
use super::uneditable::Certain;
use crate::kubernetes;
use crate::yaml::{self, Node};

/// The edits that change the pod spec of a workload.
///
/// # Errors
/// When it cannot be edited safely.
pub(super) fn pod_spec(
    original: &Original<'_>,
    selected: &Selected<'_, '_, '_>,
    change: &Change,
) -> Certain<Vec<Edit>> {
    let Some(pod_spec) = selected.pod_spec.as_ref().filter(|_| !change.is_empty()) else {
        return Ok(Vec::new());
    };
    let Original { text, doubts, .. } = original;
    selected.object.is_on_its_own(text, doubts)?;
    let (last, before) = pod_spec
        .way
        .split_last()
        .expect("a path has at least one step");
    for (map, entry) in before {
        doubts.entry(text, map, entry)?;
    }
    let mut editor = Editor::new(text, doubts);
    editor.entry(last.0, last.1, change)?;
    Ok(editor.edits)
}

/// The edits that change a document that is itself a list.
///
/// # Errors
/// When it cannot be edited safely.
pub(super) fn list(
    original: &Original<'_>,
    document: &Node<'_>,
    change: &Change,
) -> Certain<Vec<Edit>> {
    let Change::Within(steps) = change else {
        return Ok(Vec::new());
    };
    let mut editor = Editor::new(&original.text, &original.doubts);
    editor.steps(document, None, steps)?;
    Ok(editor.edits)
}

/// The edit that appends objects to a text, each as a separate document.
pub(super) fn behind(text: &Text<'_>, objects: &[kubernetes::Object]) -> Option<Edit> {
    if objects.is_empty() {
        return None;
    }
    let newline = text.newline();
    let mut insert = String::new();
    if text.ends_in_mid_line(text.str.len()) {
        insert.push_str(newline);
    }
    for object in objects {
        let mut document = "---\n".to_owned();
        yaml::write(object, &mut document);
        insert.push_str(&document.replace('\n', newline));
    }
    Some(Edit {
        at: text.str.len(),
        delete: 0,
        insert,
    })
}
