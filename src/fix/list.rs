//! A `List` as pieces that can be read and edited alone: its items, and what stands around them.

use std::borrow::Cow;
use std::ops::Range;

use crate::source::Sources;
use crate::yaml::{self, Node};

/// The pieces of a document, in order and without gaps, each with the spaces that it needs before it. One that is no
/// list, or whose items cannot be read alone, is a single piece.
pub(super) fn pieces(document: &str) -> Vec<(Range<usize>, usize)> {
    items(document).map_or_else(
        || vec![(0..document.len(), 0)],
        |items| around(document, items),
    )
}

/// A piece as a text of its own.
pub(super) fn alone(piece: &str, indent: usize) -> Cow<'_, str> {
    if indent == 0 {
        Cow::Borrowed(piece)
    } else {
        Cow::Owned(format!("{:indent$}{piece}", ""))
    }
}

/// The items of a list, if there are some and each means the same alone.
fn items(document: &str) -> Option<Vec<(Range<usize>, usize)>> {
    if !document.contains("List") {
        return None;
    }
    let mut sources = Sources::default();
    let id = sources.add("", "");
    let parsed = yaml::parse_stream(id, document);
    let [list] = parsed.documents.as_slice() else {
        return None;
    };
    let kind = list.get("kind").and_then(Node::as_str)?;
    let items = list
        .get("items")
        .map(Node::items)
        .filter(|items| items.len() > 1)?;
    if kind != "List" || !parsed.problems.is_empty() {
        return None;
    }
    let piece = |item: &Node<'_>| {
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        // In braces, what stands before it does not matter. Otherwise its last line is whole.
        let is_flow = document.get(start..)?.starts_with('{');
        let (indent, end) = if is_flow {
            (0, end)
        } else {
            let line = document[..start].rfind('\n').map_or(0, |at| at + 1);
            let has_break = document.get(end..)?.starts_with('\n');
            (start - line, end + usize::from(has_break))
        };
        let range = start..end;
        let piece = document.get(range.clone())?;
        // An alias may stand for something in another item, and a comment may end the piece in the middle of a line.
        let text = alone(piece, indent);
        let read = yaml::parse_stream(id, &text);
        let is_same = match read.documents.as_slice() {
            [only] => read.problems.is_empty() && only.to_json() == item.to_json(),
            _ => false,
        };
        is_same.then_some((range, indent))
    };
    items.iter().map(piece).collect()
}

/// The items with what stands before, between and behind them.
fn around(document: &str, items: Vec<(Range<usize>, usize)>) -> Vec<(Range<usize>, usize)> {
    let mut pieces = Vec::with_capacity(items.len() * 2 + 1);
    let mut end = 0;
    for (range, indent) in items {
        pieces.push((end..range.start, 0));
        end = range.end;
        pieces.push((range, indent));
    }
    pieces.push((end..document.len(), 0));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(document: &str) -> Vec<String> {
        let pieces = pieces(document);
        let whole: String = pieces
            .iter()
            .map(|(range, _)| &document[range.clone()])
            .collect();
        assert_eq!(whole, document, "pieces have no gaps");
        pieces
            .iter()
            .map(|(range, indent)| alone(&document[range.clone()], *indent).into_owned())
            .collect()
    }

    #[test]
    fn items_of_lists_are_pieces() {
        let json = r#"{"kind": "List", "items": [{"a": 1}, {"b": 2}]}"#;
        assert_eq!(texts(json)[1], r#"{"a": 1}"#);
        assert_eq!(texts(json)[3], r#"{"b": 2}"#);
        let yaml = "kind: List\nitems:\n- a: 1\n  b: 2\n- c: 3\n";
        assert!(
            texts(yaml)[1].starts_with("  a: 1\n  b: 2"),
            "{:?}",
            texts(yaml)
        );
        assert!(texts(yaml)[3].starts_with("  c: 3"), "{:?}", texts(yaml));
    }

    #[test]
    fn what_cannot_be_read_alone_stays_whole() {
        for document in [
            "kind: Deployment\nitems: [{a: 1}, {b: 2}]\n",
            "kind: List\nitems:\n- a: &x {b: 1}\n- a: *x\n",
            "kind: List\nitems: []\n",
            "kind: List\nitems: [",
        ] {
            assert_eq!(texts(document), [document]);
        }
    }
}
