//! Lines of mappings, read in one go: most lines are such.
//!
//! ```text
//! line   = key ":" [ 1*space ( quoted / plain ) [ 1*space "#" rest ] ] break
//! key    = letter *any                    ; up to the first colon, without "#", and no space before that
//! quoted = DQUOTE *any DQUOTE             ; without a backslash
//! plain  = as in `scalar.rs`, but not a dash first
//! ```
//!
//! What is of this grammar is read as `block.rs` reads it; everything else is left to that. So is what stands below a key
//! that ends its line.

use memchr::memchr;

use super::chars::{NOT_FIRST, behind_spaces, is, next_in_quotes, next_stop};
use super::key::Key;
use super::reader::Reader;
use super::scalar::{LONGEST_KEY, plain_end};
use crate::yaml::Dialect;

/// What a line of a mapping begins with.
pub(super) enum Found<'s> {
    /// An entry that ends with the line. The reader is before it.
    Line(Line),
    /// A key. The reader is behind its colon.
    Key(Key<'s>),
    /// Nothing of this grammar. The reader is before it.
    Other,
}

/// An entry of one line.
pub(super) struct Line {
    /// The first byte of the key.
    pub(super) start: usize,
    pub(super) colon: usize,
    /// The value, with its quotes.
    pub(super) value: usize,
    pub(super) end: usize,
    pub(super) is_quoted: bool,
    /// The first byte of the next line.
    next: usize,
}

impl<'s> Reader<'s> {
    /// What stands here, of a mapping.
    pub(super) fn found(&mut self) -> Found<'s> {
        // Readers disagree on some words, which a configuration is told.
        if self.dialect != Dialect::Manifest {
            return Found::Other;
        }
        let bytes = self.text.as_bytes();
        let start = self.at;
        if !bytes.get(start).is_some_and(u8::is_ascii_alphabetic) {
            return Found::Other;
        }
        let colon = next_stop(bytes, start);
        if bytes.get(colon) != Some(&b':')
            || bytes[colon - 1] == b' '
            || colon - start > LONGEST_KEY
        {
            return Found::Other;
        }
        match bytes.get(colon + 1) {
            Some(b' ') => line(bytes, start, colon).map_or(Found::Other, Found::Line),
            Some(b'\n') => {
                self.at = colon + 1;
                Found::Key(Key {
                    text: self.text[start..colon].into(),
                    span: self.span(start, colon),
                    colon,
                })
            }
            _ => Found::Other,
        }
    }

    /// Goes past a line to the next content.
    pub(super) fn pass_line(&mut self, line: &Line) -> Option<()> {
        self.at = line.next;
        self.find_content()
    }
}

/// The line of a key with a space behind its colon.
fn line(bytes: &[u8], start: usize, colon: usize) -> Option<Line> {
    let value = behind_spaces(bytes, colon + 2);
    let first = *bytes.get(value)?;
    let is_quoted = first == b'"';
    let (end, mut stop) = if is_quoted {
        let end = next_in_quotes(bytes, value + 1, b'"')?;
        if bytes[end] != b'"' {
            return None;
        }
        (end + 1, behind_spaces(bytes, end + 1))
    } else if is(first, NOT_FIRST) || first == b'-' {
        return None;
    } else {
        plain_end(bytes, value)?
    };
    match bytes.get(stop) {
        None | Some(b'\n') => {}
        Some(b'#') if stop > end => {
            stop = memchr(b'\n', &bytes[stop..]).map_or(bytes.len(), |length| stop + length);
        }
        Some(_) => return None,
    }
    Some(Line {
        start,
        colon,
        value,
        end,
        is_quoted,
        next: bytes.len().min(stop + 1),
    })
}
