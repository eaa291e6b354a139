//! The lines that documents begin with: many have the same API version and kind there.

use std::ops::Range;

use super::section::{Section, Word};
use crate::yaml::KeyLines;

/// More kinds of objects than most streams have.
const MOST: usize = 16;

/// Longer ones are hardly there twice.
const LONGEST: usize = 1 << 10;

/// The first sections of documents that were outlined, as far as their values are words.
#[derive(Debug, Default)]
pub struct Heads(Vec<Head>);

#[derive(Debug)]
struct Head {
    /// Whole lines, from the first key to the next one or to the end.
    text: String,
    /// What it consists of, by places in that text.
    sections: Vec<Known>,
}

/// A section whose value is a word.
#[derive(Debug)]
struct Known {
    key: Range<usize>,
    lines: Range<usize>,
    word: Range<usize>,
    /// With its quotes.
    written: Range<usize>,
}

impl Heads {
    /// Adds the sections that a document with these lines has from `first` on, if they are known. Returns whether they are.
    pub(super) fn add<'t>(
        &self,
        text: &'t str,
        first: usize,
        lines: &KeyLines,
        sections: &mut Vec<Section<'t>>,
    ) -> bool {
        let rest = &text[first..];
        let known = self.0.iter().find(|head| {
            let end = first + head.text.len();
            // What stands behind the last section could go on with it, but for another key.
            rest.starts_with(&head.text) && (end == text.len() || lines.starts().contains(&end))
        });
        let Some(head) = known else {
            return false;
        };
        sections.extend(head.sections.iter().map(|section| {
            let at = |range: &Range<usize>| first + range.start..first + range.end;
            let written = at(&section.written);
            let word = Word {
                text: &rest[section.word.clone()],
                start: written.start,
                end: written.end,
            };
            Section::of_word(&rest[section.key.clone()], at(&section.lines), word)
        }));
        true
    }

    /// Keeps the first of the sections of a document.
    pub(super) fn keep<'t>(&mut self, text: &'t str, sections: &[Section<'t>]) {
        let Some(first) = sections.first().map(|section| section.lines.start) else {
            return;
        };
        if self.0.len() == MOST {
            return;
        }
        let known = sections.iter().map_while(|section| {
            let word = section.word(text)?;
            let at = |range: Range<usize>| range.start - first..range.end - first;
            let start = section.lines.start;
            let quote = usize::from(word.end - word.start > word.text.len());
            Some(Known {
                key: at(start..start + section.key.len()),
                lines: at(section.lines.clone()),
                word: at(word.start + quote..word.end - quote),
                written: at(word.start..word.end),
            })
        });
        let known: Vec<Known> = known.collect();
        let end = known.last().map_or(0, |last| last.lines.end);
        if (1..=LONGEST).contains(&end) {
            self.0.push(Head {
                text: text[first..first + end].to_owned(),
                sections: known,
            });
        }
    }
}
