//! Scalars of one line.

use std::borrow::Cow;

use super::chars::{FLOW, NOT_FIRST, STOPS, is, next_in_quotes, next_stop};
use super::key::Key;
use super::reader::Reader;
use crate::yaml::{Dialect, Value, plain};

/// A key may not be longer, in characters (<https://yaml.org/spec/1.2.2/#742-flow-mappings>: "at most 1024").
pub(super) const LONGEST_KEY: usize = 1000;

impl<'s> Reader<'s> {
    /// The text of a plain scalar. Stops at the `:` behind a key, else at whatever ends the scalar.
    pub(super) fn plain(&mut self, in_flow: bool) -> Option<&'s str> {
        let start = self.at;
        let first = self.byte(start)?;
        if is(first, NOT_FIRST) {
            return None;
        }
        if first == b'-'
            && self
                .byte(start + 1)
                .is_none_or(|next| is(next, STOPS | FLOW))
        {
            return None;
        }
        if in_flow {
            self.plain_in_flow(start)
        } else {
            self.plain_in_block(start)
        }
    }

    fn plain_in_block(&mut self, start: usize) -> Option<&'s str> {
        let (end, stop) = plain_end(self.text.as_bytes(), start)?;
        self.at = stop;
        Some(&self.text[start..end])
    }

    fn plain_in_flow(&mut self, start: usize) -> Option<&'s str> {
        let bytes = self.text.as_bytes();
        let mut at = start;
        // One past the last byte that is not a space.
        let mut end = start;
        while let Some(&byte) = bytes.get(at) {
            if !is(byte, STOPS | FLOW) {
                at += 1;
                end = at;
                continue;
            }
            match byte {
                b' ' => at += 1,
                b'#' if end == at => {
                    at += 1;
                    end = at;
                }
                b':' => match bytes.get(at + 1) {
                    None | Some(b' ' | b'\n') => break,
                    Some(b'\t' | b'\r') => return None,
                    Some(&next) if is(next, FLOW) => return None,
                    Some(_) => {
                        at += 1;
                        end = at;
                    }
                },
                b'\t' | b'\r' => return None,
                _ => break,
            }
        }
        self.at = at;
        Some(&self.text[start..end])
    }

    /// What a plain scalar means, unless readers disagree on it.
    pub(super) fn resolve(&self, text: &'s str) -> Option<Value<'s>> {
        if let value @ Some(_) = plain::certain(text) {
            return value;
        }
        match self.dialect {
            Dialect::Manifest => Some(plain::legacy(Cow::Borrowed(text))),
            Dialect::Config if plain::disagreement(text).is_some() => None,
            Dialect::Config => Some(plain::core(Cow::Borrowed(text))),
        }
    }

    /// A quoted scalar without line breaks.
    pub(super) fn quoted(&mut self) -> Option<Cow<'s, str>> {
        let quote = self.byte(self.at)?;
        let start = self.at + 1;
        let bytes = &self.text.as_bytes()[start..];
        let mut from = 0;
        let mut owned = String::new();
        let mut at = 0;
        loop {
            at = next_in_quotes(bytes, at, quote)?;
            let text = &self.text[start + from..start + at];
            match (bytes[at], bytes.get(at + 1)) {
                (b'\'', Some(b'\'')) => {
                    owned.push_str(text);
                    owned.push('\'');
                    at += 2;
                    from = at;
                }
                (b'\\', _) if quote == b'\'' => at += 1,
                (b'\\', Some(&escape)) => {
                    owned.push_str(text);
                    let (char, length) = unescaped(escape, &bytes[at + 2..])?;
                    owned.push(char);
                    at += 2 + length;
                    from = at;
                }
                (byte, _) if byte == quote => {
                    self.at = start + at + 1;
                    if from == 0 {
                        return Some(Cow::Borrowed(text));
                    }
                    owned.push_str(text);
                    return Some(Cow::Owned(owned));
                }
                _ => return None,
            }
        }
    }

    /// A plain key, if what was read is one.
    pub(super) fn plain_key(&mut self, text: &'s str, start: usize) -> Option<Key<'s>> {
        if self.dialect == Dialect::Config && plain::disagreement(text).is_some() {
            return None;
        }
        self.key_of(Cow::Borrowed(text), start, start + text.len())
    }

    /// A key, if a `:` follows; goes past it.
    pub(super) fn key_of(
        &mut self,
        text: Cow<'s, str>,
        start: usize,
        end: usize,
    ) -> Option<Key<'s>> {
        let colon = self.at;
        if !self.is_at_colon() {
            return None;
        }
        self.key_before(colon, text, start, end)
    }

    /// The key before the `:` at `colon`; goes past that.
    pub(super) fn key_before(
        &mut self,
        colon: usize,
        text: Cow<'s, str>,
        start: usize,
        end: usize,
    ) -> Option<Key<'s>> {
        // A merge key is the parser's.
        if colon - start > LONGEST_KEY || text == "<<" {
            return None;
        }
        self.at = colon + 1;
        let span = self.span(start, end);
        Some(Key { text, span, colon })
    }
}

/// Where a plain scalar in a block ends that begins at `start`, and what ends it: a line break, a comment, or the colon
/// behind a key.
#[expect(
    clippy::inline_always,
    reason = "a call costs as much as the rest for most lines"
)]
#[inline(always)]
pub(super) fn plain_end(bytes: &[u8], start: usize) -> Option<(usize, usize)> {
    let stop = next_stop(bytes, start);
    // As most end.
    if bytes.get(stop) == Some(&b'\n') && stop > start && bytes[stop - 1] != b' ' {
        return Some((stop, stop));
    }
    longer_plain_end(bytes, stop)
}

/// The same, when `stop` is the first byte that may end it.
#[inline(never)]
fn longer_plain_end(bytes: &[u8], mut stop: usize) -> Option<(usize, usize)> {
    loop {
        match bytes.get(stop) {
            None | Some(b'\n') => break,
            Some(b':') => match bytes.get(stop + 1) {
                None | Some(b' ' | b'\n') => break,
                Some(b'\t' | b'\r') => return None,
                Some(_) => stop += 1,
            },
            Some(b'#') if bytes[stop - 1] == b' ' => break,
            Some(b'#') => stop += 1,
            Some(_) => return None,
        }
        stop = next_stop(bytes, stop);
    }
    let mut end = stop;
    while bytes[end - 1] == b' ' {
        end -= 1;
    }
    Some((end, stop))
}

/// What an escape stands for (<https://yaml.org/spec/1.2.2/#57-escaped-characters>), and how many bytes follow its
/// letter.
fn unescaped(escape: u8, after: &[u8]) -> Option<(char, usize)> {
    let char = match escape {
        b'"' | b'\\' | b'/' => char::from(escape),
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'0' => '\0',
        b'x' => return hex(after, 2),
        // Two escapes of this kind may be one character: `hex` takes no surrogates.
        b'u' => return hex(after, 4),
        _ => return None,
    };
    Some((char, 0))
}

fn hex(digits: &[u8], length: usize) -> Option<(char, usize)> {
    let digits = digits.get(..length)?;
    let mut code = 0;
    for &digit in digits {
        code = code * 16 + char::from(digit).to_digit(16)?;
    }
    Some((char::from_u32(code)?, length))
}
