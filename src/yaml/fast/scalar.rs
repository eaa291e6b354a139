//! Scalars of one line.

use std::borrow::Cow;

use super::chars::{FLOW, NOT_FIRST, STOPS, is, next_stop};
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
        let bytes = self.text.as_bytes();
        if !in_flow {
            // Most are a word before a line break or a colon.
            let at = next_stop(bytes, start);
            let is_end = match bytes.get(at) {
                None | Some(b'\n') => true,
                Some(b':') => matches!(bytes.get(at + 1), Some(b' ' | b'\n')),
                _ => false,
            };
            if is_end {
                self.at = at;
                return Some(&self.text[start..at]);
            }
        }
        let stops = if in_flow { STOPS | FLOW } else { STOPS };
        let mut at = start;
        // One past the last byte that is not a space.
        let mut end = start;
        while let Some(&byte) = bytes.get(at) {
            if !is(byte, stops) {
                at = if in_flow {
                    at + 1
                } else {
                    next_stop(bytes, at)
                };
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
                    Some(&next) if in_flow && is(next, FLOW) => return None,
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
        let ends = |byte: u8| byte == quote || matches!(byte, b'\\' | b'\n' | b'\t' | b'\r');
        let mut from = 0;
        let mut owned = String::new();
        let mut at = 0;
        loop {
            at += bytes[at..].iter().position(|&byte| ends(byte))?;
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
