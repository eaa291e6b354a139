//! Values that an object holds as a text.

use crate::manifests::go_templates;
use crate::manifests::shape::Texts;
use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Node};

/// What a text holds.
#[derive(Debug)]
pub(super) struct TextValues {
    pub(super) node: Node<'static>,
    /// Lines of a template that are not read.
    pub(super) hidden: Option<Span>,
    /// Whether it is YAML only around the expressions of a template.
    pub(super) is_template: bool,
}

/// The values in a text, each at its own place where the text stands there line by line, else all at the place of the
/// text. `None` if they cannot be read: then the chart cannot, either.
pub(super) fn parse(texts: Texts<'_>, text: &Node<'_>) -> Option<TextValues> {
    let content = text.as_str()?;
    let span = whole_lines(texts, text.span);
    let mut own = only(span.source, content)?;
    if own.node.is_null() {
        own.node = Node::null(text.span);
        own.hidden = own.hidden.map(|_| text.span);
        return Some(own);
    }
    let raw = only(span.source, texts(span));
    if let Some(mut raw) = raw.filter(|raw| raw.node.to_json() == own.node.to_json()) {
        raw.node.shift(span.start);
        if let Some(hidden) = &mut raw.hidden {
            hidden.shift(span.start);
        }
        return Some(raw);
    }
    set_place(&mut own.node, text.span);
    own.hidden = own.hidden.map(|_| text.span);
    Some(own)
}

/// The only document of a text, or of what stands around the expressions of a template in it.
fn only(source: SourceId, text: &str) -> Option<TextValues> {
    let plain = yaml::parse(source, text, Dialect::Manifest);
    if plain.problems.is_empty() {
        if plain.documents.len() > 1 {
            return None;
        }
        let node = plain.documents.first().map(Node::to_static);
        return Some(TextValues {
            node: node.unwrap_or_else(|| Node::null(Span::new(source, 0, 0))),
            hidden: None,
            is_template: false,
        });
    }
    let read = go_templates::read(source, text)?;
    if read.documents.len() > 1 {
        return None;
    }
    let node = read.documents.into_iter().next();
    Some(TextValues {
        node: node.unwrap_or_else(|| Node::null(Span::new(source, 0, 0))),
        hidden: read.hidden.first().copied(),
        is_template: true,
    })
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
