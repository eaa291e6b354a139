//! Values that an object holds as a text.

use crate::manifests::shape::Texts;
use crate::source::Span;
use crate::yaml::{self, Dialect, Node};

/// The values in a text, each at its own place where the text stands there line by line, else all at the place of the
/// text. `None` if they cannot be read: then the chart cannot, either.
pub(super) fn parse(texts: Texts<'_>, text: &Node<'_>) -> Option<Node<'static>> {
    let content = text.as_str()?;
    let span = whole_lines(texts, text.span);
    let raw = yaml::parse(span.source, texts(span), Dialect::Manifest);
    let own = yaml::parse(span.source, content, Dialect::Manifest);
    if own.problems.is_empty() && own.documents.is_empty() {
        return Some(Node::null(text.span));
    }
    let mut documents = own.documents;
    let is_sound = own.problems.is_empty() && documents.len() == 1;
    let mut node = is_sound.then(|| documents.remove(0))?;
    let stands_there = raw.problems.is_empty()
        && raw.documents.len() == 1
        && raw.documents[0].to_json() == node.to_json();
    if stands_there {
        let mut raw = raw.documents.into_iter().next()?;
        raw.shift(span.start);
        return Some(raw.to_static());
    }
    set_place(&mut node, text.span);
    Some(node.to_static())
}

/// With the indentation before its first line.
fn whole_lines(texts: Texts<'_>, span: Span) -> Span {
    let mut whole = span;
    while whole.start > 0 {
        let before = Span {
            start: whole.start - 1,
            end: whole.start,
            ..span
        };
        if texts(before) != " " {
            break;
        }
        whole.start -= 1;
    }
    whole
}

fn set_place(node: &mut Node<'_>, place: Span) {
    use crate::yaml::Value;
    node.span = place;
    match &mut node.value {
        Value::Sequence(items) => items.iter_mut().for_each(|item| set_place(item, place)),
        Value::Mapping(entries) => {
            for entry in entries {
                entry.key_span = place;
                set_place(&mut entry.value, place);
            }
        }
        _ => {}
    }
}
