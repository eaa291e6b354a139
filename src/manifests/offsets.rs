//! Where the parts of a text stand in the file whose scalar carries it: indented, folded, or between quotes.
//!
//! Whatever the style, both have the same characters in the same order, but for white space and escapes.
//! Source: YAML 1.2.2, sections 5.7 (escapes), 7.3 (flow scalars) and 8.1 (block scalars).

use std::iter::Peekable;
use std::str::CharIndices;

use foldhash::{HashMap, HashMapExt as _};

use crate::source::{SourceId, Span};
use crate::yaml::{self, Dialect, Entry, Node};

/// From places in a text to places in its file.
#[derive(Debug)]
pub struct Offsets {
    /// The scalar, or the value, as a whole.
    whole: Span,
    marks: Vec<Mark>,
    /// For a text that is made of a value: its keys and values, each with its place in the file.
    parts: HashMap<(u32, u32), Span>,
}

/// Where a text and its scalar go on side by side.
#[derive(Debug)]
struct Mark {
    text: usize,
    scalar: usize,
    /// Where the first character ends in the scalar: an escape is longer than what it means.
    first_end: usize,
}

impl Offsets {
    /// For a scalar, as it is written at `whole`, and the text that it means.
    pub(super) fn new(text: &str, scalar: &str, whole: Span) -> Self {
        let mut marks: Vec<Mark> = Vec::new();
        let said = text.char_indices().filter(|(_, own)| !own.is_whitespace());
        for ((text, own), written) in said.zip(Written::new(scalar)) {
            if own != written.means {
                break;
            }
            let is_escape = written.end - written.start != own.len_utf8();
            let goes_on =
                |last: &Mark| !is_escape && text - last.text == written.start - last.scalar;
            if !marks.last().is_some_and(goes_on) {
                marks.push(Mark {
                    text,
                    scalar: written.start,
                    first_end: written.end,
                });
            }
        }
        Self {
            marks,
            ..Self::unknown(whole)
        }
    }

    /// Where only the whole is known.
    pub(super) fn unknown(whole: Span) -> Self {
        Self {
            whole,
            marks: Vec::new(),
            parts: HashMap::new(),
        }
    }

    /// For a text that has what a value of the file has, and more.
    pub(crate) fn of_value(text: &str, value: &Node<'_>) -> Self {
        let mut offsets = Self::unknown(value.span);
        let parsed = yaml::parse(SourceId(0), text, Dialect::Manifest);
        if let Some(made) = parsed.documents.first() {
            offsets.pair(made, value);
        }
        offsets
    }

    fn pair(&mut self, made: &Node<'_>, value: &Node<'_>) {
        self.add(made.span, value.span);
        for entry in made.entries() {
            if let Some(own) = value.entry(&entry.key) {
                self.add(entry.key_span, own.key_span);
                let line = |entry: &Entry<'_>| {
                    let (key, value) = (entry.key_span, entry.value.span);
                    // Values of several places have their keys and what is in them in different ones.
                    let is_behind = value.source == key.source && value.start >= key.end;
                    Span {
                        end: if is_behind { value.end } else { key.end },
                        ..key
                    }
                };
                self.add(line(entry), line(own));
                self.pair(&entry.value, &own.value);
            }
        }
        for (item, own) in made.items().iter().zip(value.items()) {
            self.pair(item, own);
        }
    }

    fn add(&mut self, made: Span, own: Span) {
        self.parts.insert((made.start, made.end), own);
    }

    /// Where a part of the text stands in the file.
    pub(super) fn span(&self, part: Span) -> Span {
        if let Some(own) = self.parts.get(&(part.start, part.end)) {
            return *own;
        }
        let start = part.start as usize;
        let last = (part.end as usize).saturating_sub(1).max(start);
        let place = |at: usize| u32::try_from(at).ok().map(|at| self.whole.start + at);
        let start = self.mark(start).map(|mark| mark.scalar + start - mark.text);
        let end = self.mark(last).map(|mark| {
            let end = mark.scalar + last - mark.text + 1;
            end.max(mark.first_end)
        });
        match (start.and_then(place), end.and_then(place)) {
            (Some(start), Some(end)) => Span {
                source: self.whole.source,
                start: start.min(self.whole.end),
                end: end.min(self.whole.end),
            },
            _ => self.whole,
        }
    }

    /// The last mark before a place in the text.
    fn mark(&self, at: usize) -> Option<&Mark> {
        let next = self.marks.partition_point(|mark| mark.text <= at);
        self.marks.get(next.checked_sub(1)?)
    }
}

/// A character, and where it is written.
struct Character {
    means: char,
    start: usize,
    end: usize,
}

/// The characters that a scalar means, without white space, each with its place.
struct Written<'s> {
    rest: Peekable<CharIndices<'s>>,
    length: usize,
    quote: Option<char>,
}

impl<'s> Written<'s> {
    fn new(scalar: &'s str) -> Self {
        let mut rest = scalar.char_indices().peekable();
        let quote = rest.next_if(|(_, first)| matches!(first, '"' | '\''));
        Self {
            rest,
            length: scalar.len(),
            quote: quote.map(|(_, quote)| quote),
        }
    }

    /// What stands behind a backslash; none for white space.
    fn escaped(&mut self) -> Option<char> {
        let (_, kind) = self.rest.next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' => return Some('\0'),
            'a' => return Some('\u{7}'),
            'b' => return Some('\u{8}'),
            'e' => return Some('\u{1b}'),
            'n' | 't' | 'v' | 'f' | 'r' | 'N' | '_' | 'L' | 'P' => return None,
            other => return Some(other).filter(|other| !other.is_whitespace()),
        };
        let mut number = 0;
        for _ in 0..digits {
            let (_, digit) = self.rest.next()?;
            number = number * 16 + digit.to_digit(16)?;
        }
        char::from_u32(number).filter(|own| !own.is_whitespace())
    }
}

impl Iterator for Written<'_> {
    type Item = Character;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (start, own) = self.rest.next()?;
            let means = match (own, self.quote) {
                ('\\', Some('"')) => self.escaped(),
                // A quote in a text is written twice.
                ('\'', Some('\'')) => Some(self.rest.next_if(|(_, next)| *next == '\'')?.1),
                ('"', Some('"')) => return None,
                _ => Some(own).filter(|own| !own.is_whitespace()),
            };
            if let Some(means) = means {
                let end = self.rest.peek().map_or(self.length, |(next, _)| *next);
                return Some(Character { means, start, end });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands in the file where the text has `part`.
    fn found<'f>(file: &'f str, part: &str) -> &'f str {
        let parsed = yaml::parse(SourceId(0), file, Dialect::Manifest);
        let node = parsed.documents[0].get("a").expect("it has a text");
        let text = node.as_str().expect("it is a text");
        let slice = |span: Span| &file[span.start as usize..span.end as usize];
        let offsets = Offsets::new(text, slice(node.span), node.span);
        let start = text.find(part).expect("the text has it");
        slice(offsets.span(Span::new(SourceId(0), start, start + part.len())))
    }

    #[test]
    fn parts_are_found_in_every_style() {
        for file in [
            "a: |\n  b: 'x'\n  c: {d: é}\n\n  e: 1\n",
            "a: |2-\n    b: 'x'\n    c: {d: é}\n  e: 1\n",
            "a: >\n  b: 'x'\n\n  c: {d: é}\n\n  e: 1\n",
            "a: \"b: 'x'\\nc: {d: é}\\n\\te: 1\\n\"\n",
            "a: \"b: 'x'\\n\\\n  c: {d: é}\\n\n\n  e: 1\"\n",
            "a: 'b: ''x''\n\n\n  c: {d: é}\n\n\n  e: 1'\n",
            "a: b 'x'\n  c {d é}\n  e\n",
            "{\"a\": \"b: 'x'\\nc: {d: é}\\ne: 1\"}",
        ] {
            for part in ["x", "c", "é", "}", "e"] {
                assert_eq!(found(file, part), part, "{part} in {file:?}");
            }
        }
        let escaped = "a: \"{\\\"b\\\": \\\"\\u00e9\\\", c: \\x41d}\"\n";
        assert_eq!(found(escaped, "c"), "c");
        assert_eq!(found(escaped, "d"), "d");
        assert_eq!(found(escaped, "\"b\""), "\\\"b\\\"");
    }

    #[test]
    fn parts_of_a_value_are_found_by_its_keys() {
        let file = "b:\n  - c: x\n    d: [1, y]\na: z\n";
        let parsed = yaml::parse(SourceId(0), file, Dialect::Manifest);
        let text = r#"{"a":"z","b":[{"c":"x","d":[1,"y"]}],"e":1}"#;
        let offsets = Offsets::of_value(text, &parsed.documents[0]);
        for (part, expected) in [
            ("\"x\"", "x"),
            ("\"c\"", "c"),
            ("\"c\":\"x\"", "c: x"),
            ("\"y\"", "y"),
            ("\"d\":[1,\"y\"]", "d: [1, y]"),
            // The file has no such part.
            ("\"e\"", file.trim_end()),
        ] {
            let start = text.find(part).expect("the text has it");
            let span = offsets.span(Span::new(SourceId(0), start, start + part.len()));
            let found = &file[span.start as usize..span.end as usize];
            assert_eq!(found.trim_end(), expected, "{part}");
        }
    }

    #[test]
    fn what_cannot_be_found_is_the_whole() {
        let whole = Span::new(SourceId(0), 10, 20);
        let offsets = Offsets::new("xyz", "abc", whole);
        assert_eq!(offsets.span(Span::new(SourceId(0), 1, 2)), whole);
    }
}
