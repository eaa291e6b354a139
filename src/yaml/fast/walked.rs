//! Over the block below a key, line by line or, where it was seen before, at once.

use super::key::Key;
use super::reader::Reader;
use super::seen::Block;

/// Longer blocks are hardly there twice.
const LONGEST: usize = 1 << 10;

/// A block that was walked over.
#[derive(Clone, Copy)]
pub(super) struct Walked {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) is_list: bool,
}

impl Reader<'_> {
    /// Past a block below a key in `column`. Stays where it is, with `Some(None)`, if there is none.
    #[expect(
        clippy::option_option,
        reason = "the outer one is that of all functions that may give up"
    )]
    pub(super) fn walked(&mut self, column: usize, key: &Key<'_>) -> Option<Option<Walked>> {
        if let Some(walked) = self.pass_seen(&key.text, column, key.colon) {
            return Some(Some(walked));
        }
        let before = (self.at, self.line);
        if self.is_value_below()? {
            let is_below = self.column > Some(column);
            let is_list = self.is_at_dash();
            let is_block = is_below && !matches!(self.byte(self.at), Some(b'[' | b'{'))
                || self.column == Some(column) && is_list;
            if is_block {
                let around = std::mem::take(&mut self.lists);
                let start = self.at;
                let end = self.walk(column)?;
                let walked = Walked {
                    start,
                    end,
                    is_list,
                };
                self.keep_seen(&key.text, (column, key.colon), walked);
                self.lists = self.lists.and(around);
                return Some(Some(walked));
            }
        }
        (self.at, self.line) = before;
        Some(None)
    }

    /// Past a block that was seen before below a key that ends at `colon`.
    fn pass_seen(&mut self, key: &str, column: usize, colon: usize) -> Option<Walked> {
        let bytes = &self.text.as_bytes()[colon..];
        let depth = self.depth();
        let mut blocks = self.seen.below(key).iter();
        let block = blocks.find(|block| {
            let behind = bytes.strip_prefix(block.text.as_bytes());
            block.column == column && block.depth == depth && behind.is_some_and(is_letter)
        })?;
        self.at = colon + block.text.len();
        self.line = self.at - block.next;
        self.column = Some(block.next);
        self.lists = self.lists.and(block.lists);
        Some(Walked {
            start: colon + block.start,
            end: colon + block.end,
            is_list: block.is_list,
        })
    }

    /// Keeps a block that was walked over: the reader is at the next content, and knows of no other lists than those in it.
    fn keep_seen(&mut self, key: &str, (column, colon): (usize, usize), walked: Walked) {
        let length = self.at - colon;
        let Some(next) = self.column else { return };
        if length > LONGEST || !is_letter(self.rest()) {
            return;
        }
        let depth = self.depth();
        let Some(block) = self.seen.place(key) else {
            return;
        };
        block.text.clear();
        block.text.push_str(&self.text[colon..self.at]);
        *block = Block {
            column,
            depth,
            text: std::mem::take(&mut block.text),
            next,
            start: walked.start - colon,
            end: walked.end - colon,
            is_list: walked.is_list,
            lists: self.lists,
        };
    }
}

/// Whether a text begins with a letter, which goes on with nothing that stands before it.
fn is_letter(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
}
