//! A mapping of lines, as the metadata of objects mostly are: each entry is a line, or a mapping of lines.
//!
//! It is read by the grammar of `line.rs` alone, and kept as its lines: who looks for a few keys needs no tree. Whatever is not
//! of this grammar, or has a key twice, is left to the readers of trees, which read the same where it is.

use std::ops::Range;

use super::line::{Line, Style};
use super::reader::Reader;
use crate::source::{SourceId, Span};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::{Dialect, plain};

/// More lines than most metadata have.
const ROOM: usize = 16;

/// More entries than are compared one by one.
const MOST: usize = 32;

/// An outermost key with such a mapping below it.
pub struct Flat<'t> {
    text: &'t str,
    key: Line,
    /// Those of the mapping, each with those of the mapping below it.
    lines: Vec<Own>,
}

/// A line, and whether it is of a mapping within the mapping.
struct Own {
    line: Line,
    is_within: bool,
}

/// The lines of a mapping within the mapping.
#[derive(Clone, Copy)]
pub struct Within<'f, 't> {
    text: &'t str,
    lines: &'f [Own],
}

/// The value of a line.
#[derive(Clone, Copy)]
pub struct Scalar<'t> {
    text: &'t str,
    style: Style,
}

/// The outermost key that takes up a part of `text`, whole lines, if it is such a mapping.
pub(crate) fn flat(text: &str, part: Range<usize>) -> Option<Flat<'_>> {
    let mut reader = Reader::from(
        SourceId(0),
        &text[..part.end],
        part.start,
        Dialect::Manifest,
    )?;
    let key = reader.line_here()?;
    reader.pass_line(&key)?;
    let column = reader.column.filter(|column| *column > 0)?;
    if key.style != Style::Below {
        return None;
    }
    let mut lines = Vec::with_capacity(ROOM);
    while reader.column == Some(column) {
        if reader.add_line(&mut lines, 0, false)? == Style::Below {
            let within = reader.column.filter(|within| *within > column)?;
            let first = lines.len();
            while reader.column == Some(within) {
                if reader.add_line(&mut lines, first, true)? == Style::Below {
                    return None;
                }
            }
        }
    }
    let is_read = reader.column.is_none();
    is_read.then_some(Flat { text, key, lines })
}

impl Reader<'_> {
    /// Adds the line here to those of its mapping, which are among those from `first` on and have other keys; goes past it.
    fn add_line(&mut self, lines: &mut Vec<Own>, first: usize, is_within: bool) -> Option<Style> {
        let line = self.line_here()?;
        let key = line.key(self.text);
        // Most keys are of different lengths.
        let is_same = |own: &Own| {
            own.is_within == is_within
                && own.line.colon - own.line.start == key.len()
                && own.line.key(self.text) == key
        };
        let before = &lines[first..];
        if before.len() >= MOST || before.iter().any(is_same) {
            return None;
        }
        self.pass_line(&line)?;
        lines.push(Own { line, is_within });
        Some(line.style)
    }
}

impl<'t> Flat<'t> {
    /// The value of a key, if that is a scalar.
    pub fn get(&self, key: &str) -> Option<Scalar<'t>> {
        let lines = self.lines.iter().filter(|own| !own.is_within);
        find(self.text, lines, key)
    }

    /// The mapping that a key has, or an empty one.
    pub fn within(&self, key: &str) -> Within<'_, 't> {
        let is_it = |own: &Own| !own.is_within && own.line.key(self.text) == key;
        let at = self.lines.iter().position(is_it);
        let behind = at.map_or(&[][..], |at| &self.lines[at + 1..]);
        Within {
            text: self.text,
            lines: &behind[..own_length(behind)],
        }
    }

    /// The same as a tree.
    pub fn entry(&self, source: SourceId) -> Entry<'t> {
        let mut entries = Vec::with_capacity(self.lines.len());
        let mut lines = &self.lines[..];
        while let Some((own, behind)) = lines.split_first() {
            let within;
            (within, lines) = behind.split_at(own_length(behind));
            let value = if own.line.style == Style::Below {
                let within = within.iter();
                let entries = within.map(|own| {
                    let value = self.scalar(source, &own.line);
                    self.entry_of(source, &own.line, value)
                });
                Node::mapping(source, entries.collect())
            } else {
                self.scalar(source, &own.line)
            };
            entries.push(self.entry_of(source, &own.line, value));
        }
        self.entry_of(source, &self.key, Node::mapping(source, entries))
    }

    fn entry_of(&self, source: SourceId, line: &Line, value: Node<'t>) -> Entry<'t> {
        Entry {
            key: line.key(self.text).into(),
            key_span: Span::new(source, line.start, line.colon),
            value,
        }
    }

    fn scalar(&self, source: SourceId, line: &Line) -> Node<'t> {
        Node {
            span: Span::new(source, line.value, line.end),
            value: Scalar::of(self.text, line).value(),
        }
    }
}

impl<'t> Within<'_, 't> {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Scalar<'t>> {
        find(self.text, self.lines.iter(), key)
    }
}

impl<'t> Scalar<'t> {
    fn of(text: &'t str, line: &Line) -> Self {
        Self {
            text: &text[line.value..line.end],
            style: line.style,
        }
    }

    /// The text, if it is one.
    pub fn as_str(self) -> Option<&'t str> {
        match self.value() {
            Value::String(_) => Some(self.written()),
            _ => None,
        }
    }

    /// The text as its author meant it, where text belongs: `true` without quotes is the text `true`.
    pub fn word(self) -> Option<&'t str> {
        match self.value() {
            Value::Null => None,
            _ => Some(self.written()),
        }
    }

    /// Without quotes.
    fn written(self) -> &'t str {
        match self.style {
            Style::Quoted => &self.text[1..self.text.len() - 1],
            _ => self.text,
        }
    }

    fn value(self) -> Value<'t> {
        let text = self.written();
        match self.style {
            Style::Quoted => Value::String(text.into()),
            _ => plain::certain(text).unwrap_or_else(|| plain::legacy(text.into())),
        }
    }
}

/// How many lines are of the mapping within that they begin with.
fn own_length(lines: &[Own]) -> usize {
    let end = lines.iter().position(|own| !own.is_within);
    end.unwrap_or(lines.len())
}

fn find<'f, 't>(
    text: &'t str,
    mut lines: impl Iterator<Item = &'f Own>,
    key: &str,
) -> Option<Scalar<'t>> {
    let found = lines.find(|own| own.line.key(text) == key)?;
    let is_scalar = found.line.style != Style::Below;
    is_scalar.then(|| Scalar::of(text, &found.line))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::yaml::fast::entries;
    use crate::yaml::parsed::ListStyles;
    use crate::yaml::{Seen, Shape};

    /// Whether a text is such a mapping; panics where the reader of trees reads something else.
    fn is_flat(text: &str) -> bool {
        let Some(flat) = flat(text, 0..text.len()) else {
            return false;
        };
        let how = (Shape::Kept, &mut Seen::default());
        let (entries, lists) =
            entries(SourceId(0), text, 0..text.len(), how).expect("the reader reads all of it");
        assert_eq!(lists, ListStyles::default(), "{text:?}");
        let [entry] = &entries[..] else {
            panic!("{text:?} has more than one key");
        };
        let read = flat.entry(SourceId(0));
        assert_eq!(format!("{read:?}"), format!("{entry:?}"), "{text:?}");
        for entry in entry.value.entries() {
            assert_same(flat.get(&entry.key), &entry.value, text);
            let within = flat.within(&entry.key);
            assert_eq!(within.lines.len(), entry.value.entries().len(), "{text:?}");
            for own in entry.value.entries() {
                assert_same(within.get(&own.key), &own.value, text);
            }
        }
        assert!(flat.get("none").is_none() && flat.within("none").lines.is_empty());
        true
    }

    #[track_caller]
    fn assert_same(found: Option<Scalar<'_>>, node: &Node<'_>, text: &str) {
        let word = match &node.value {
            Value::Mapping(_) => {
                assert!(found.is_none(), "{text:?}");
                return;
            }
            Value::Null => None,
            Value::String(text) => Some(text.as_ref()),
            _ => Some(&text[node.span.start as usize..node.span.end as usize]),
        };
        let found = found.expect("it is a scalar");
        assert_eq!(
            (found.as_str(), found.word()),
            (node.as_str(), word),
            "{text:?}"
        );
    }

    const METADATA: &str = r#"metadata:
  name: web  # of the shop
  # of the team

  namespace: "a: b"
  empty: null
  labels:
    app.kubernetes.io/name: web
    version: "1.0"
    is: true
    n: no
    port: 8080
  annotations:
      example.com/owner: "Équipe — astreinte"
      example.com/runbook: https://example.com/a?b=c#d
"#;

    #[test]
    fn what_people_write_is_flat() {
        assert!(is_flat(METADATA));
        assert!(is_flat("metadata:\n  name: x"));
    }

    #[test]
    fn what_is_left_to_the_reader() {
        for text in [
            "metadata: {}\n",
            "metadata:\n",
            "metadata: x\n",
            "metadata:\nname: x\n",
            "metadata:\n  name: x\n  name: x\n",
            "metadata:\n  name: x\n  \"namespace\": x\n",
            "metadata:\n  name: 'x'\n",
            "metadata:\n  name: \"\\x41\"\n",
            "metadata:\n  name: |\n    x\n",
            "metadata:\n  name: x\n    y\n",
            "metadata:\n  name: x\n   y: z\n",
            "metadata:\n    name: x\n  y: z\n",
            "metadata:\n  labels:\n  name: x\n",
            "metadata:\n  labels: {a: b}\n",
            "metadata:\n  labels:\n    a: b\n    a: c\n",
            "metadata:\n  labels:\n    a:\n      b: c\n",
            "metadata:\n  labels:\n    a: b\n   c: d\n",
            "metadata:\n  finalizers:\n  - x\n",
            "metadata:\n  finalizers:\n    - x\n",
            "metadata:\n  name: &a x\n",
            "metadata:\n  name: !!str x\n",
            "metadata:\n  name: x\r\n",
            "metadata:\n\tname: x\n",
            "metadata:\n  name: x\nspec:\n  a: b\n",
        ] {
            assert!(!is_flat(text), "{text:?}");
        }
    }

    const PIECES: [&str; 24] = [
        "a", "name", "labels", ":", ": ", ": x\n", "\n", "\n  ", "\n    ", " ", "\t", "\"", "'",
        "\\", "#", " # c", "- ", "{", "|", "&a ", "*a", "---\n", "\r", "null",
    ];

    proptest! {
        #[test]
        fn mutants_are_read_as_the_reader_of_trees_reads_them(
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, select(&PIECES[..])), 1..4),
        ) {
            let mut chars: Vec<char> = METADATA.chars().collect();
            for (at, removed, piece) in edits {
                let at = at.index(chars.len() + 1);
                let removed = removed.min(chars.len() - at);
                chars.splice(at..at + removed, piece.chars());
            }
            is_flat(&chars.into_iter().collect::<String>());
        }
    }
}
