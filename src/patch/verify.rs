//! Compares the edited text with the original text, and with the change applied to plain data.

use serde_json::Value as Json;

use super::edited::Edited;
use super::edits::{self, Edit};
use super::findings::RULE;
use super::original::Original;
use crate::diagnostic::Diagnostic;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Node, Value};

/// The problem with the result for a part, if any; `source` is the part.
pub(super) fn verify(
    source: SourceId,
    original: &Original<'_>,
    edited: &Edited,
) -> Option<Diagnostic> {
    let what = compare(original, edited).err()?;
    let message = format!("verification of the result failed: {what}");
    let finding = Diagnostic::error(RULE, message)
        .at(Span::new(source, 0, 0))
        .help("this is a bug in spotgen: please report it");
    Some(finding)
}

/// Compares the edited text with the expected result. The error describes the difference.
fn compare(original: &Original<'_>, edited: &Edited) -> Result<(), String> {
    let text = original.text.str;
    let mut written = Vec::with_capacity(text.len());
    edits::write(text, &edited.edits, &mut written).expect("writing to memory cannot fail");
    let written = String::from_utf8(written).map_err(|_| "it is not UTF-8")?;
    nothing_is_lost(text, &edited.edits, &written)?;
    // Use the full parser, since the original text was usually read by the fast one.
    let parsed = yaml::parse_events(SourceId(0), &written, yaml::Dialect::Manifest);
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_fatal) {
        return Err(problem.message.clone());
    }
    let mut wanted: Vec<Json> = original.documents.iter().map(Node::to_json).collect();
    for applied in &edited.applied {
        let value = wanted
            .get_mut(applied.document)
            .and_then(|document| document.pointer_mut(&applied.pointer.to_string()));
        applied
            .change
            .apply(value.ok_or("a changed value is missing")?);
    }
    let behind = edited.behind.iter().map(serde_json::to_value);
    wanted.extend(behind.map(|object| object.expect("an object is plain data")));
    let found: Vec<Json> = parsed.documents.iter().map(Node::to_json).collect();
    if found != wanted {
        return Err("its data differ from the expected data".to_owned());
    }
    Ok(())
}

/// Reverts the edits from the end to the start. The rest must equal the original text, except for replaced empty values
/// and numbers.
fn nothing_is_lost(text: &str, edits: &[Edit], edited: &str) -> Result<(), String> {
    let (mut text, mut edited) = (text, edited);
    for edit in edits.iter().rev() {
        let (before, taken_out) = text.split_at_checked(edit.at).ok_or("edits overlap")?;
        let (taken_out, kept) = taken_out
            .split_at_checked(edit.delete)
            .ok_or("edits overlap")?;
        if !may_go(taken_out) {
            return Err(format!("`{taken_out}` is lost"));
        }
        edited = edited
            .strip_suffix(kept)
            .and_then(|edited| edited.strip_suffix(&edit.insert))
            .ok_or("bytes are lost")?;
        text = before;
    }
    if text == edited {
        Ok(())
    } else {
        Err("bytes are lost".to_owned())
    }
}

/// Nothing, empty brackets, or a number, even one between quotes that a tag makes one.
fn may_go(taken_out: &str) -> bool {
    let parsed = yaml::parse_events(SourceId(0), taken_out, yaml::Dialect::Manifest);
    parsed.problems.is_empty()
        && parsed
            .documents
            .iter()
            .all(|document| match &document.value {
                Value::Null | Value::Integer(_) | Value::Float(_) => true,
                Value::Sequence(items) => items.is_empty(),
                Value::Mapping(entries) => entries.is_empty(),
                Value::String(text) => text.parse::<i64>().is_ok(),
                Value::Bool(_) => false,
            })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Pointer;
    use crate::patch::above::Above;
    use crate::patch::change_tree::Change;
    use crate::patch::edited::Applied;

    #[test]
    fn only_numbers_and_what_is_empty_may_go() {
        for (text, expected) in [
            ("60", true),
            ("\"60\"", true),
            ("[]", true),
            ("null", true),
            ("\"60 s\"", false),
            ("true", false),
        ] {
            assert_eq!(may_go(text), expected, "{text}");
        }
    }

    const TEXT: &str = "a: &a {n: 30}\nb: *a\nc: null\nd: text\n";

    fn edit(old: &str, new: &str) -> Edit {
        Edit {
            at: TEXT.find(old).expect("it is there"),
            delete: old.len(),
            insert: new.to_owned(),
        }
    }

    /// The result for these edits if `pointer` should get `value`.
    fn said(edits: &[Edit], pointer: &str, value: Json) -> Result<(), String> {
        let above = Above::default();
        let original = Original::read(SourceId(0), TEXT, 0, &above).expect("it is YAML");
        let applied = Applied {
            document: 0,
            pointer: Pointer::parse(pointer),
            change: Change::Set {
                old: None,
                new: value,
            },
        };
        let edited = Edited {
            edits: edits.to_vec(),
            applied: vec![applied],
            ..Edited::default()
        };
        compare(&original, &edited)
    }

    #[test]
    fn what_was_asked_for_passes() {
        assert_eq!(said(&[edit("null", "[1]")], "/c", json!([1])), Ok(()));
    }

    #[test]
    fn whatever_else_happens_is_seen() {
        let is_data = Err("its data differ from the expected data".to_owned());
        // Another value changes as well, the wrong one changes, or none does.
        assert_eq!(said(&[edit("30", "20")], "/a/n", json!(20)), is_data);
        assert_eq!(said(&[edit("null", "[1]")], "/d", json!([1])), is_data);
        assert_eq!(said(&[], "/c", json!([1])), is_data);
        // Meaningful bytes are lost although the data are as expected.
        assert_eq!(
            said(&[edit("text", "[1]")], "/d", json!([1])),
            Err("`text` is lost".to_owned())
        );
        let twice = [edit("null", "1"), edit("null", "1")];
        assert_eq!(
            said(&twice[..1], "/e", json!(1)),
            Err("a changed value is missing".to_owned())
        );
        let broken = said(&[edit("null", "]")], "/c", json!([1]));
        assert!(broken.is_err_and(|what| what.starts_with("not YAML")));
    }

    #[test]
    fn bytes_that_are_lost_are_seen() {
        let edits = [edit("null", "[1]")];
        let edited = TEXT.replace("null", "[1]");
        assert_eq!(nothing_is_lost(TEXT, &edits, &edited), Ok(()));
        for wrong in [
            edited.replace("d: text", "d: tex"),
            edited.replace("&a", "&b"),
            edited.replace("[1]", "[2]"),
            format!("{edited}\n"),
        ] {
            assert!(nothing_is_lost(TEXT, &edits, &wrong).is_err(), "{wrong}");
        }
    }
}
