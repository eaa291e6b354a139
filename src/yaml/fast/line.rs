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
use crate::yaml::{Dialect, plain};

/// What a line of a mapping begins with.
pub(super) enum Found<'s> {
    /// An entry that ends with the line. The reader is before it.
    Line(Line),
    /// A key. The reader is behind its colon.
    Key(Key<'s>),
    /// Nothing of this grammar. The reader is before it.
    Other,
}

/// A line of a mapping.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// The first byte of the key.
    pub(super) start: usize,
    pub(super) colon: usize,
    /// The value, with its quotes.
    pub(super) value: usize,
    pub(super) end: usize,
    pub(super) style: Style,
    /// The first byte of the next line.
    next: usize,
}

impl Line {
    /// Before there is one.
    pub(super) const NONE: Self = Self {
        start: 0,
        colon: 0,
        value: 0,
        end: 0,
        style: Style::Below,
        next: 0,
    };

    /// Its key, in the text that it is of.
    pub(super) fn key<'s>(&self, text: &'s str) -> &'s str {
        &text[self.start..self.colon]
    }
}

/// How the value of a line is written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Style {
    Plain,
    Quoted,
    /// The line ends behind the colon: the value is below, if there is one.
    Below,
}

impl<'s> Reader<'s> {
    /// What stands here, of a mapping.
    pub(super) fn found(&mut self) -> Found<'s> {
        match self.line_here() {
            None => Found::Other,
            Some(line) if line.style == Style::Below => Found::Key(self.key_of_line(&line)),
            Some(line) => Found::Line(line),
        }
    }

    /// The key of a line that ends behind its colon; goes past that.
    pub(super) fn key_of_line(&mut self, line: &Line) -> Key<'s> {
        self.at = line.colon + 1;
        Key {
            text: line.key(self.text).into(),
            span: self.span(line.start, line.colon),
            colon: line.colon,
        }
    }

    /// The line that begins here, if it is of this grammar.
    #[expect(
        clippy::inline_always,
        reason = "a call costs as much as the rest for most lines"
    )]
    #[inline(always)]
    pub(super) fn line_here(&self) -> Option<Line> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        if !bytes.get(start)?.is_ascii_alphabetic() {
            return None;
        }
        let colon = next_stop(bytes, start);
        let length = colon - start;
        if *bytes.get(colon)? != b':' || bytes[colon - 1] == b' ' || length > LONGEST_KEY {
            return None;
        }
        // What readers disagree on, a configuration is told. A word in letters is short then.
        if length <= plain::LONGEST_AMBIGUOUS_WORD
            && self.dialect == Dialect::Config
            && plain::disagreement(&self.text[start..colon]).is_some()
        {
            return None;
        }
        match bytes.get(colon + 1)? {
            b' ' => line(bytes, start, colon),
            b'\n' => Some(Line {
                start,
                colon,
                value: colon + 1,
                end: colon + 1,
                style: Style::Below,
                next: colon + 2,
            }),
            _ => None,
        }
    }

    /// Goes past a line to the next content.
    #[inline]
    pub(super) fn pass_line(&mut self, line: &Line) -> Option<()> {
        self.at = line.next;
        self.find_content()
    }
}

/// The line of a key with a space behind its colon.
#[expect(
    clippy::inline_always,
    reason = "a call costs as much as the rest for most lines"
)]
#[inline(always)]
fn line(bytes: &[u8], start: usize, colon: usize) -> Option<Line> {
    let value = match bytes.get(colon + 2)? {
        b' ' => behind_spaces(bytes, colon + 2),
        _ => colon + 2,
    };
    let first = *bytes.get(value)?;
    let style = if first == b'"' {
        Style::Quoted
    } else {
        Style::Plain
    };
    let (end, mut stop) = if style == Style::Quoted {
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
        style,
        next: bytes.len().min(stop + 1),
    })
}
