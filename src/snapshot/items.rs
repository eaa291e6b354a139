//! From a text to its objects, each as raw JSON.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::contents::Problem;
use super::plain;
use crate::source::Sources;
use crate::yaml;

/// One object of a snapshot, or what is in its place.
pub(crate) enum Item<'t> {
    Object {
        /// Its JSON.
        text: &'t str,
        /// Kind and API version that its list gives it, where it has none of its own.
        kind: Option<&'t str>,
        api_version: Option<&'t str>,
    },
    /// A list without items.
    NoItems,
    Unreadable(Problem),
}

#[derive(Deserialize)]
struct List<'t> {
    #[serde(borrow, default)]
    kind: Option<std::borrow::Cow<'t, str>>,
    #[serde(borrow, default, rename = "apiVersion")]
    api_version: Option<std::borrow::Cow<'t, str>>,
    #[serde(borrow, default)]
    items: Option<Vec<&'t RawValue>>,
}

/// Calls `then` for every object of a text, lists within lists included.
pub(crate) fn each(text: &str, then: &mut dyn FnMut(Item<'_>)) {
    // A byte-order mark is not part of the text, and an editor or PowerShell may have put one there.
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with('{') {
        json(text, then);
    } else {
        yaml(text, 0, then);
    }
}

/// A stream of JSON values. A map of YAML may begin in the same way, and markers of YAML may stand between the values.
fn json(text: &str, then: &mut dyn FnMut(Item<'_>)) {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    let mut is_first = true;
    loop {
        let end = values.byte_offset();
        match values.next() {
            None => return,
            Some(Ok(value)) => {
                is_first = false;
                unwrap(value.get(), None, None, then);
            }
            Some(Err(error)) => {
                let is_yaml = is_first || text[end..].trim_start().starts_with("---");
                if is_yaml && !error.is_eof() {
                    let lines = text[..end].matches('\n').count();
                    return yaml(&text[end..], lines, then);
                }
                let subject = format!("the JSON at line {}", error.line());
                let reason = if error.is_eof() {
                    "it ends too early: the command that wrote it may have failed".to_owned()
                } else {
                    plain::without_position(&error)
                };
                then(Item::Unreadable(Problem {
                    subject,
                    reason,
                    text: 0,
                }));
                return;
            }
        }
    }
}

/// Calls `then` for an object, or for each object of a list.
fn unwrap(
    text: &str,
    kind: Option<&str>,
    api_version: Option<&str>,
    then: &mut dyn FnMut(Item<'_>),
) {
    // Nearly no object has this text, so nearly none is read for nothing.
    let list = text
        .contains("List\"")
        .then(|| serde_json::from_str::<List<'_>>(text).ok())
        .flatten();
    if let Some(List {
        kind: Some(list_kind),
        api_version: list_version,
        items: Some(items),
    }) = list
        && let Some(item_kind) = list_kind.strip_suffix("List")
    {
        // A plain `List` says nothing of its items.
        let is_typed = !item_kind.is_empty();
        let item_kind = is_typed.then_some(item_kind);
        let item_version = list_version.as_deref().filter(|_| is_typed);
        if items.is_empty() {
            then(Item::NoItems);
        }
        for item in items {
            unwrap(item.get(), item_kind, item_version, then);
        }
        return;
    }
    then(Item::Object {
        text,
        kind,
        api_version,
    });
}

/// A stream of YAML documents behind so many lines.
fn yaml(text: &str, before: usize, then: &mut dyn FnMut(Item<'_>)) {
    let mut sources = Sources::default();
    let id = sources.add("snapshot", "");
    let parsed = yaml::parse_stream(id, text);
    for problem in parsed.problems {
        let line = before + text[..problem.span.start as usize].matches('\n').count() + 1;
        then(Item::Unreadable(Problem {
            subject: format!("the YAML at line {line}"),
            reason: problem.message,
            text: 0,
        }));
    }
    for document in parsed
        .documents
        .iter()
        .filter(|document| !document.is_null())
    {
        unwrap(&document.to_json().to_string(), None, None, then);
    }
}
