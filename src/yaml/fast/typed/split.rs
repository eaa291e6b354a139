//! Splits an item of a list by its lines, without reading it, into values that are its own and what it may have in common with
//! others.

use std::ops::Range;

use foldhash::HashMap;
use memchr::memmem::Finder;

use super::super::chars::{behind_spaces, next_line};
use super::super::reader::Reader;

/// A type that goes by this name lists as its fields the keys whose values are an item's own, three at most. Of an item of a
/// block list it may get a sequence of two: a number, and the item. The numbers count up from 0, and items with the same
/// number have all in common but their own values. With a number that is new comes the whole item, with another one a map of
/// its own keys alone. Every other item, and every item from another reader, comes as the map that it is.
pub const ALIKE: &str = "spotgen::alike";

/// How many keys can be an item's own.
const MOST_OWN: usize = 3;

/// All that an item says beside its own values.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Common<'s> {
    pub(super) column: usize,
    depth: usize,
    /// The text before each of the values, and behind the last one.
    parts: [&'s str; MOST_OWN + 1],
}

impl Common<'_> {
    /// Whether all its meaning is in its text: what is behind a block scalar can be part of it.
    pub(super) fn is_closed(&self) -> bool {
        !self.parts.iter().any(|part| part.contains(['|', '>']))
    }
}

/// The numbers of what items have in common.
#[derive(Default)]
pub(super) struct Known<'s> {
    pub(super) numbers: HashMap<Common<'s>, usize>,
    pub(super) next: usize,
    /// How many own keys the last item has.
    own: usize,
    /// Finds what an item begins with whose dash has so many spaces before it.
    dash: Option<(usize, Finder<'static>)>,
}

impl Known<'_> {
    /// The first byte of the next line from here on that begins an item, if there is one. Some of them may be of other lists.
    fn next_item(&mut self, text: &str, spaces: usize, from: usize) -> Option<usize> {
        if !matches!(&self.dash, Some((known, _)) if *known == spaces) {
            let dash = format!("\n{}- ", " ".repeat(spaces));
            self.dash = Some((spaces, Finder::new(&dash).into_owned()));
        }
        let (_, dash) = self.dash.as_ref()?;
        let at = dash.find(text.as_bytes().get(from..)?)?;
        Some(from + at + 1)
    }
}

/// A key that is an item's own.
#[derive(Clone, Copy, Default)]
pub(super) struct Own {
    /// The first byte of its line.
    pub(super) line: usize,
    pub(super) key: usize,
    /// The first byte of the line behind its value.
    pub(super) end: usize,
}

/// An item that is split.
pub(super) struct Split<'s> {
    pub(super) common: Common<'s>,
    /// In the order of the text.
    own: [Own; MOST_OWN],
    count: usize,
    /// The first byte of the line behind it.
    pub(super) end: usize,
    /// The number of what it has in common, if that is known.
    pub(super) number: Option<usize>,
}

impl<'s> Split<'s> {
    /// Its own keys, in the order of the text.
    pub(super) fn own(&self) -> &[Own] {
        &self.own[..self.count]
    }

    /// Adds an own key, and the text between the value before and this one.
    fn add(&mut self, own: Own, before: &'s str) -> Option<()> {
        *self.own.get_mut(self.count)? = own;
        self.common.parts[self.count] = before;
        self.count += 1;
        Some(())
    }

    /// Takes the text from here to the next item for what is behind its own values, if others have the same there. What was
    /// found to be of one item is it wherever it stands before another.
    fn ends_as_known(
        &mut self,
        text: &'s str,
        (line, spaces): (usize, usize),
        known: &mut Known<'s>,
    ) -> bool {
        let Some(end) = known.next_item(text, spaces, line) else {
            return false;
        };
        self.common.parts[self.count] = &text[line..end];
        self.end = end;
        self.number = known.numbers.get(&self.common).copied();
        self.number.is_some()
    }
}

impl<'s> Reader<'s> {
    /// Splits the item behind a dash. None of one that is no mapping in a block, or has empty lines or comments between its
    /// keys.
    pub(super) fn split(&self, own: &[&str], known: &mut Known<'s>) -> Option<Split<'s>> {
        let bytes = self.text.as_bytes();
        let start = behind_spaces(bytes, self.at);
        let column = start - self.line;
        let spaces = behind_spaces(bytes, self.line) - self.line;
        let mut split = Split {
            common: Common {
                column,
                depth: self.depth(),
                parts: [""; MOST_OWN + 1],
            },
            own: [Own::default(); MOST_OWN],
            count: 0,
            end: 0,
            number: None,
        };
        let mut line = Range {
            start: self.line,
            end: start,
        };
        // Where the text begins that is yet to be a part; none within an own value.
        let mut from = Some(start);
        loop {
            let key = line.end;
            if key - line.start == column {
                if !bytes.get(key)?.is_ascii_alphabetic() {
                    return None;
                }
                if from.is_none() {
                    split.own[split.count - 1].end = line.start;
                    let is_last = split.count == known.own;
                    if is_last && split.ends_as_known(self.text, (line.start, spaces), known) {
                        return Some(split);
                    }
                }
                let before = from.unwrap_or(line.start);
                from = Some(before);
                if let Some(colon) = own.iter().find_map(|own| colon_behind(bytes, key, own)) {
                    let own = Own {
                        line: line.start,
                        key,
                        end: 0,
                    };
                    split.add(own, &self.text[before..=colon])?;
                    from = None;
                }
            }
            let next = next_line(bytes, key);
            line = content_from(bytes, next);
            let is_within = line.end < bytes.len() && line.end - line.start >= column;
            if is_within && line.start == next {
                continue;
            }
            // Empty lines and comments are of what stands around them.
            if is_within {
                return None;
            }
            match from {
                Some(from) => split.common.parts[split.count] = &self.text[from..next],
                None => split.own[split.count - 1].end = next,
            }
            split.end = next;
            split.number = known.numbers.get(&split.common).copied();
            known.own = split.count;
            return Some(split);
        }
    }

    /// To the content of a line or behind it. Returns whether the reader was there.
    pub(super) fn is_at_content_of(&mut self, line: usize) -> Option<bool> {
        if self.line == line && self.column.is_some() {
            return Some(true);
        }
        let before = (self.at, self.column);
        self.at = line;
        self.find_content()?;
        Some(before == (self.at, self.column))
    }
}

/// The colon behind this key.
fn colon_behind(bytes: &[u8], at: usize, key: &str) -> Option<usize> {
    let colon = at + key.len();
    let is_it = bytes.get(colon) == Some(&b':') && bytes[at..colon] == *key.as_bytes();
    is_it.then_some(colon)
}

/// The first line from here on that is neither empty nor a comment, up to its content.
fn content_from(bytes: &[u8], mut line: usize) -> Range<usize> {
    loop {
        let content = behind_spaces(bytes, line);
        if !matches!(bytes.get(content), Some(b'\n' | b'#')) {
            return line..content;
        }
        line = next_line(bytes, content);
    }
}
