//! Whether a document is skimmed as the parser reads it.

use std::cell::RefCell;

use crate::source::SourceId;
use crate::yaml::documents::DocumentEnd;
use crate::yaml::parse::{parse, parse_events};
use crate::yaml::skim::{Heads, Outline};
use crate::yaml::{Dialect, Entry, Node, Seen, Shape, Value};

/// Something of everything, for the keys of the documents below.
const SHAPE: Shape = Shape::Within(&[
    ("data", Shape::Over),
    (
        "spec",
        Shape::Within(&[
            ("ports", Shape::Over),
            (
                "items",
                Shape::Within(&[("env", Shape::Over), ("a", Shape::Over)]),
            ),
        ]),
    ),
]);

/// The same, where what is not named is left out.
const NAMED: Shape = Shape::Within(&[
    (
        "metadata",
        Shape::Only(&[("labels", Shape::Kept), ("name", Shape::Kept)]),
    ),
    (
        "spec",
        Shape::Only(&[
            (
                "items",
                Shape::Only(&[("a", Shape::Kept), ("env", Shape::Over)]),
            ),
            ("a", Shape::Only(&[("b", Shape::Kept)])),
        ]),
    ),
]);

thread_local! {
    /// The blocks of all texts of a test.
    static SEEN: RefCell<Seen> = RefCell::default();
    /// What they begin with.
    static HEADS: RefCell<Heads> = RefCell::default();
}

/// That of a text of one document, whether or not its head was there in another one.
pub(super) fn outline(text: &str) -> Option<Outline<'_>> {
    let mut end = DocumentEnd::default();
    if end.find(text.as_bytes(), true).is_some() {
        return None;
    }
    let new = Outline::new(text, end.keys(), &mut Heads::default());
    let known = HEADS.with_borrow_mut(|heads| Outline::new(text, end.keys(), heads));
    let words = |outline: &Outline<'_>| {
        let count = outline.keys().len();
        let words = (0..count).take_while(|at| outline.are_words_before(at + 1));
        let read = outline.read(
            SourceId(0),
            0..words.count(),
            (Shape::Kept, &mut Seen::default()),
        );
        let keys: Vec<&str> = outline.keys().collect();
        format!("{keys:?} {read:?}")
    };
    assert_eq!(
        new.as_ref().map(words),
        known.as_ref().map(words),
        "{text:?}"
    );
    known
}

/// Whether a document was skimmed, and whether all of its sections were read; panics where either is not what the parser
/// reads.
pub(super) fn skimmed(text: &str) -> (bool, bool) {
    let Some(outline) = outline(text) else {
        return (false, false);
    };
    let parsed = parse_events(SourceId(0), text, Dialect::Manifest);
    let is_fatal = parsed.problems.iter().any(|problem| problem.is_fatal);
    if !is_fatal {
        let [
            Node {
                value: Value::Mapping(entries),
                ..
            },
        ] = &parsed.documents[..]
        else {
            panic!("{text:?} is no mapping: {:?}", parsed.documents);
        };
        for entry in entries {
            assert!(
                outline.position(&entry.key).is_some(),
                "{text:?} has {}",
                entry.key
            );
            if let Some(word) = outline.word(&entry.key) {
                assert_eq!(entry.value.as_str(), Some(word), "{text:?}");
            }
        }
    }
    let count = outline.keys().len();
    let read = |shape| {
        let read = |seen: &mut Seen| outline.read(SourceId(0), 0..count, (shape, seen));
        let (new, seen) = (read(&mut Seen::default()), SEEN.with_borrow_mut(read));
        assert_eq!(format!("{seen:?}"), format!("{new:?}"), "{text:?}");
        let (entries, lists) = new?;
        if let Some(all) = parse(SourceId(0), text, Dialect::Manifest).lists {
            assert_eq!(lists, all, "{text:?}");
        }
        Some(entries)
    };
    let (whole, part) = (read(Shape::Kept), read(SHAPE));
    for shape in [SHAPE, NAMED] {
        let Some(part) = read(shape) else {
            continue;
        };
        assert!(!is_fatal, "{text:?} is read: {:?}", parsed.problems);
        let entries = parsed.documents[0].entries();
        assert_eq!(part.len(), entries.len(), "{text:?}");
        for (part, entry) in part.iter().zip(entries) {
            agree(part, entry, Some(shape), text);
        }
    }
    if let Some(whole) = &whole {
        assert!(parsed.problems.is_empty(), "{text:?}");
        assert!(part.is_some() && read(NAMED).is_some(), "{text:?}");
        for (whole, entry) in whole.iter().zip(parsed.documents[0].entries()) {
            agree(whole, entry, None, text);
        }
    }
    // What stands behind words alone is certain, whatever follows.
    for at in 0..count {
        if !outline.are_words_before(at) {
            break;
        }
        let entries = parsed.documents.first().map_or(&[][..], Node::entries);
        let read = outline.read(SourceId(0), at..at + 1, (Shape::Kept, &mut Seen::default()));
        if let (Some(read), Some(entry)) = (read, entries.get(at)) {
            agree(&read.0[0], entry, None, text);
        }
    }
    (true, whole.is_some())
}

#[track_caller]
fn agree(read: &Entry<'_>, parsed: &Entry<'_>, shape: Option<Shape>, text: &str) {
    assert_eq!(
        (&read.key, read.key_span),
        (&parsed.key, parsed.key_span),
        "{text:?}"
    );
    let within = match shape {
        Some(Shape::Within(named)) => under(named, &parsed.key),
        // It is the first one.
        Some(Shape::Only(named)) => Some(under(named, &parsed.key).unwrap_or(Shape::Over)),
        _ => None,
    };
    values_agree(&read.value, &parsed.value, within, text);
}

fn under(named: &[(&str, Shape)], key: &str) -> Option<Shape> {
    let mut named = named.iter();
    let found = named.find(|(name, _)| *name == key);
    found.map(|(_, shape)| *shape)
}

/// The entries of a mapping that are in it if it has a shape.
fn kept<'n, 's>(entries: &'n [Entry<'s>], shape: Option<Shape>) -> Vec<&'n Entry<'s>> {
    let numbered = entries.iter().enumerate();
    let kept = numbered.filter(|(at, entry)| match shape {
        Some(Shape::Only(named)) => *at == 0 || under(named, &entry.key).is_some(),
        _ => true,
    });
    kept.map(|(_, entry)| entry).collect()
}

#[track_caller]
fn values_agree(read: &Node<'_>, parsed: &Node<'_>, shape: Option<Shape>, text: &str) {
    assert_eq!(read.span.end, parsed.span.end, "{text:?}");
    let read_from = read.span.start as usize;
    match (&read.value, &parsed.value) {
        (Value::Mapping(read), Value::Mapping(parsed)) => {
            // What is in brackets is read as a whole.
            let is_flow = text[read_from..].starts_with('{');
            let parsed = kept(parsed, shape.filter(|_| !is_flow));
            if !matches!(shape, Some(Shape::Over))
                || read.len() == parsed.len() && !read[0].key.is_empty()
            {
                assert_eq!(read.len(), parsed.len(), "{text:?}");
                let shape = shape.filter(|_| !is_flow);
                for (read, parsed) in read.iter().zip(parsed) {
                    agree(read, parsed, shape, text);
                }
            } else {
                assert!(!parsed.is_empty(), "{text:?}");
            }
        }
        (Value::Sequence(read), Value::Sequence(parsed)) => {
            if matches!(shape, Some(Shape::Over)) {
                assert_eq!(read.is_empty(), parsed.is_empty(), "{text:?}");
            } else {
                assert_eq!(read.len(), parsed.len(), "{text:?}");
                for (read, parsed) in read.iter().zip(parsed) {
                    values_agree(read, parsed, shape, text);
                }
            }
        }
        (read, parsed) => assert_eq!(format!("{read:?}"), format!("{parsed:?}"), "{text:?}"),
    }
}
