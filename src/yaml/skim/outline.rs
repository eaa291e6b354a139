//! All sections of a document.

use std::ops::Range;

use memchr::{memchr, memchr_iter};

use super::heads::Heads;
use super::plain_value;
use super::section::Section;
use crate::source::{SourceId, Span};
use crate::yaml::KeyLines;
use crate::yaml::fast::{self, Flat, Seen, Shape};
use crate::yaml::node::{Entry, Node, Value};
use crate::yaml::parsed::ListStyles;

/// More keys than objects of Kubernetes have.
const MOST: usize = 16;

/// The sections of a document in their order.
#[derive(Debug)]
pub struct Outline<'t> {
    text: &'t str,
    sections: Vec<Section<'t>>,
}

impl<'t> Outline<'t> {
    /// Of a document with these lines. `None` if it is not of the grammar.
    pub fn new(text: &'t str, lines: &KeyLines, heads: &mut Heads) -> Option<Self> {
        let bytes = text.as_bytes();
        if !memchr_iter(b'\r', bytes).all(|at| bytes.get(at + 1) == Some(&b'\n')) {
            return None;
        }
        let mut outline = Self {
            text,
            sections: Vec::with_capacity(8),
        };
        let first = outline.first_section()?;
        let is_known = heads.add(text, first, lines, &mut outline.sections);
        if !is_known {
            outline.section(first)?;
        }
        let known_to = outline.sections.last()?.lines.start;
        // What is no key in the first column is an item, a comment or empty.
        let others = lines.starts().iter().filter(|start| **start > known_to);
        others
            .copied()
            .try_for_each(|start| outline.section(start))?;
        if !is_known {
            heads.keep(text, &outline.sections);
        }
        Some(outline)
    }

    /// Behind comments, empty lines and a marker.
    fn first_section(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut is_marked = false;
        let mut start = 0;
        loop {
            match bytes.get(start)? {
                b'\n' | b'\r' | b'#' => {}
                b'-' if !is_marked && is_marker(&bytes[start..]) => is_marked = true,
                _ => return Some(start),
            }
            start += memchr(b'\n', &bytes[start..])? + 1;
        }
    }

    fn section(&mut self, start: usize) -> Option<()> {
        let rest = &self.text.as_bytes()[start..];
        let length = plain_value::length_of_key(rest)?;
        let key = &self.text[start..start + length];
        let is_key = rest.get(length) == Some(&b':')
            && matches!(rest.get(length + 1), None | Some(b' ' | b'\n' | b'\r'));
        if !is_key || self.position(key).is_some() || self.sections.len() == MOST {
            return None;
        }
        if let Some(last) = self.sections.last_mut() {
            last.lines.end = start;
        }
        self.sections
            .push(Section::new(key, start..self.text.len()));
        Some(())
    }

    /// The keys in their order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &'t str> {
        self.sections.iter().map(|section| section.key)
    }

    /// The number of the section of a key.
    pub fn position(&self, key: &str) -> Option<usize> {
        let mut sections = self.sections.iter();
        sections.position(|section| section.key == key)
    }

    /// The value of a key, if that is one word on its line, and certainly text: `apps/v1`, `"Deployment"`.
    pub fn word(&self, key: &str) -> Option<&'t str> {
        let word = self.sections[self.position(key)?].word(self.text)?;
        Some(word.text)
    }

    /// The entries of some sections, if the quick reader reads them: what certainly has no problems. That they are entries
    /// of the mapping in fact is certain if all sections before them are words, or were read.
    pub fn read(
        &self,
        source: SourceId,
        sections: Range<usize>,
        how: (Shape, &mut Seen),
    ) -> Option<(Vec<Entry<'t>>, ListStyles)> {
        let mut entries = Vec::with_capacity(self.sections.len());
        let mut sections = self.sections[sections].iter();
        while let Some(section) = sections.next() {
            if let Some(word) = section.word(self.text) {
                let start = section.lines.start;
                let value = Value::String(word.text.into());
                entries.push(Entry {
                    key: section.key.into(),
                    key_span: Span::new(source, start, start + section.key.len()),
                    value: Node {
                        span: Span::new(source, word.start, word.end),
                        value,
                    },
                });
                continue;
            }
            let last = sections.as_slice().last().unwrap_or(section);
            let lines = section.lines.start..last.lines.end;
            let (read, lists) = fast::entries(source, self.text, lines, how)?;
            if entries.is_empty() {
                return Some((read, lists));
            }
            entries.extend(read);
            return Some((entries, lists));
        }
        Some((entries, ListStyles::default()))
    }

    /// A section that is a mapping of lines ([`Flat`]), under the same condition.
    pub fn flat(&self, section: usize) -> Option<Flat<'t>> {
        fast::flat(self.text, self.sections[section].lines.clone())
    }

    /// Whether all sections before this one are words.
    pub fn are_words_before(&self, section: usize) -> bool {
        let mut before = self.sections[..section].iter();
        before.all(|section| section.word(self.text).is_some())
    }
}

/// Whether a text begins with a line that is a marker and nothing else.
fn is_marker(text: &[u8]) -> bool {
    let behind = text.strip_prefix(b"---");
    matches!(behind, Some([] | [b'\n', ..] | [b'\r', b'\n', ..]))
}
