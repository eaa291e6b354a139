//! The sections of a document.

use std::cell::OnceCell;
use std::ops::Range;

use super::plain_value;

/// An outermost key, and the lines up to the next one.
#[derive(Debug)]
pub(super) struct Section<'t> {
    pub(super) key: &'t str,
    pub(super) lines: Range<usize>,
    /// Its value if that is a word, found once.
    word: OnceCell<Option<Word<'t>>>,
}

/// One word that is certainly text, and where it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'t> {
    pub(super) text: &'t str,
    pub(super) start: usize,
    pub(super) end: usize,
}

impl<'t> Section<'t> {
    pub(super) fn new(key: &'t str, lines: Range<usize>) -> Self {
        Self {
            key,
            lines,
            word: OnceCell::new(),
        }
    }

    /// One whose value is known to be a word.
    pub(super) fn of_word(key: &'t str, lines: Range<usize>, word: Word<'t>) -> Self {
        Self {
            key,
            lines,
            word: OnceCell::from(Some(word)),
        }
    }

    /// Its value in the text of its document, if that is a word.
    pub(super) fn word(&self, text: &'t str) -> Option<Word<'t>> {
        *self.word.get_or_init(|| self.find_word(text))
    }

    fn find_word(&self, text: &'t str) -> Option<Word<'t>> {
        let value = self.lines.start + self.key.len() + ":".len();
        let lines = &text[value..self.lines.end];
        let (text, range) = plain_value::word(lines)?;
        // What stands below may go on with it.
        let mut below = lines.as_bytes()[range.end..].split(|byte| *byte == b'\n');
        below.next();
        if below.any(|line| matches!(line.first(), Some(b' ' | b'-'))) {
            return None;
        }
        Some(Word {
            text,
            start: value + range.start,
            end: value + range.end,
        })
    }
}
