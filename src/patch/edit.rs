//! Turns changes into edits of the text.

use super::change_tree::Change;
use super::editor::Editor;
use super::edits::Edit;
use super::objects::Object;
use super::original::Original;
use super::text::Text;
use super::uneditable::Certain;
use crate::kubernetes;
use crate::yaml::{self, Node};

/// The edits that change an object.
///
/// # Errors
/// When it cannot be edited safely.
pub(super) fn object(
    original: &Original<'_>,
    object: &Object<'_, '_>,
    change: &Change,
) -> Certain<Vec<Edit>> {
    let Change::Within(steps) = change else {
        return Ok(Vec::new());
    };
    if steps.is_empty() {
        return Ok(Vec::new());
    }
    let Original { text, doubts, .. } = original;
    object.is_on_its_own(text, doubts)?;
    let mut editor = Editor::new(text, doubts);
    editor.steps(object.node, None, steps)?;
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
