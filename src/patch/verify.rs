//! Holds the edited text against the change made on plain data.

use serde_json::Value as Json;

use super::edit::Edit;
use super::edited::Made;
use super::text::Text;
use crate::source::SourceId;
use crate::yaml::{self, Dialect, Node};

/// # Errors
/// In what the edited part differs from what was asked for.
pub(super) fn verify(
    source: SourceId,
    text: Text<'_>,
    documents: &[Node<'_>],
    edits: &[Edit],
    made: &[Made],
) -> Result<(), String> {
    let edited = apply(text, edits)?;
    let parsed = yaml::parse(source, &edited, Dialect::Manifest);
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_fatal) {
        return Err(problem.message.clone());
    }
    let mut wanted: Vec<Json> = documents.iter().map(Node::to_json).collect();
    for made in made {
        let document = wanted
            .get_mut(made.document)
            .ok_or("a document is missing")?;
        let changed = changed(document, made).ok_or("a changed value is missing")?;
        made.change.apply(changed);
    }
    let found: Vec<Json> = parsed.documents.iter().map(Node::to_json).collect();
    if found != wanted {
        return Err("it does not hold the same data".to_owned());
    }
    Ok(())
}

fn changed<'d>(document: &'d mut Json, made: &Made) -> Option<&'d mut Json> {
    let mut node = document;
    for item in &made.items {
        node = node.get_mut("items")?.get_mut(item)?;
    }
    for key in &made.keys {
        node = node.get_mut(key.as_str())?;
    }
    Some(node)
}

/// The part with its edits, taken apart again to see that nothing else has changed.
fn apply(text: Text<'_>, edits: &[Edit]) -> Result<String, String> {
    let mut edited = String::new();
    let mut kept = String::new();
    let mut at = 0;
    for edit in edits {
        let before = text.0.get(at..edit.at).ok_or("edits overlap")?;
        edited.push_str(before);
        kept.push_str(before);
        edited.push_str(&edit.insert);
        at = edit.at + edit.delete;
        kept.push_str(&text.0[edit.at..at]);
    }
    let rest = text.0.get(at..).ok_or("edits overlap")?;
    edited.push_str(rest);
    kept.push_str(rest);
    if kept != text.0 {
        return Err("bytes are lost".to_owned());
    }
    Ok(edited)
}
