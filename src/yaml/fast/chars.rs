//! The bytes that the fast reader handles, and their classes.

/// Ends a run of ordinary text in a plain scalar: it may end the scalar. In a block, spaces are of it.
pub(super) const STOPS: u8 = 1;
/// Ends a plain scalar within a flow collection.
pub(super) const FLOW: u8 = 1 << 1;
/// Cannot begin a plain scalar (<https://yaml.org/spec/1.2.2/#rule-ns-plain-first>); `-` has a rule of its own.
pub(super) const NOT_FIRST: u8 = 1 << 2;

/// The classes of every byte.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b':' | b'#' => STOPS | NOT_FIRST,
            b',' | b'[' | b']' | b'{' | b'}' => FLOW | NOT_FIRST,
            b'?' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@' | b'`' => {
                NOT_FIRST
            }
            _ => 0,
        };
        byte += 1;
    }
    table
}

pub(super) fn is(byte: u8, class: u8) -> bool {
    CLASS[usize::from(byte)] & class != 0
}

/// A byte in all places.
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// Eight bytes, the first one lowest.
#[inline]
fn eight(bytes: &[u8], at: usize) -> Option<u64> {
    let eight = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_le_bytes(*eight))
}

/// The lowest of the bits is that of the first byte that is lower than a space, or one of two others of ASCII; those above
/// it may be wrong.
#[inline]
fn controls_or(word: u64, one: u8, other: u8) -> u64 {
    let low = word.wrapping_sub(all(b' '));
    let one = (word ^ all(one)).wrapping_sub(all(1));
    let other = (word ^ all(other)).wrapping_sub(all(1));
    (low | one | other) & !word & all(0x80)
}

/// The same of the first byte that is lower than a space alone.
#[inline]
fn controls(word: u64) -> u64 {
    word.wrapping_sub(all(b' ')) & !word & all(0x80)
}

/// So many bytes are looked at eight by eight; behind them, many at once are worth the call.
const NEAR: usize = 48;

/// The first byte from `at` on that may end a plain scalar in a block, in a text of characters that [`are_plain`]: a colon,
/// a number sign, a tab or a line break.
#[inline]
pub(super) fn next_stop(bytes: &[u8], mut at: usize) -> usize {
    let near = at + NEAR;
    while let Some(word) = eight(bytes, at) {
        let found = controls_or(word, b':', b'#');
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8;
        }
        at += 8;
        if at >= near {
            return far_stop(bytes, at);
        }
    }
    last_stop(bytes, at)
}

/// The same near the end.
#[cold]
fn last_stop(bytes: &[u8], at: usize) -> usize {
    let rest = bytes[at..].iter();
    let is_stop = |byte: &u8| matches!(*byte, ..b' ' | b':' | b'#');
    { rest }
        .position(is_stop)
        .map_or(bytes.len(), |length| at + length)
}

#[inline(never)]
fn far_stop(bytes: &[u8], at: usize) -> usize {
    let found = memchr::memchr3(b'\n', b':', b'#', &bytes[at..]);
    let stop = found.map_or(bytes.len(), |length| at + length);
    memchr::memchr(b'\t', &bytes[at..stop]).map_or(stop, |length| at + length)
}

/// The first byte of the next line from `at` on, or the end.
#[inline]
pub(super) fn next_line(bytes: &[u8], mut at: usize) -> usize {
    while let Some(word) = eight(bytes, at) {
        let found = controls(word);
        if found == 0 {
            at += 8;
            continue;
        }
        at += found.trailing_zeros() as usize / 8 + 1;
        if bytes[at - 1] == b'\n' {
            return at;
        }
    }
    let rest = bytes.get(at..).unwrap_or_default().iter();
    let found = { rest }.position(|byte| *byte == b'\n');
    found.map_or(bytes.len(), |length| at + length + 1)
}

/// The first byte from `at` on that is this quote, a backslash or no part of a line.
pub(super) fn next_in_quotes(bytes: &[u8], mut at: usize, quote: u8) -> Option<usize> {
    while let Some(word) = eight(bytes, at) {
        let found = controls_or(word, quote, b'\\');
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let rest = bytes.get(at..)?.iter();
    let length = { rest }.position(|byte| *byte < b' ' || *byte == quote || *byte == b'\\')?;
    Some(at + length)
}

/// The first byte from `at` on that is no space.
#[inline]
pub(super) fn behind_spaces(bytes: &[u8], mut at: usize) -> usize {
    if bytes.get(at) != Some(&b' ') {
        return at;
    }
    while let Some(word) = eight(bytes, at) {
        let other = word ^ all(b' ');
        if other != 0 {
            return at + other.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    while bytes.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

/// Whether a text holds only characters that are allowed in YAML (<https://yaml.org/spec/1.2.2/#51-character-set>) and
/// mean the same to all its readers: no controls but tab and line feed, no line breaks beyond ASCII, no byte order mark.
pub(super) fn are_plain(text: &str) -> bool {
    let (parts, rest) = text.as_bytes().as_chunks();
    let mut judged = Judged::default();
    for part in parts {
        judged.see(part);
    }
    let mut last = [b' '; PART];
    last[..rest.len()].copy_from_slice(rest);
    judged.see(&last);
    let any = |bits: [u8; PART]| bits.into_iter().fold(0, |all, bit| all | bit);
    any(judged.controls) == 0
        && (any(judged.seen) < 0x80 || has_no_special_character(text.as_bytes()))
}

/// How many bytes are judged in one step.
const PART: usize = 32;

/// What has been seen of all parts, byte by byte: without an early exit and in bytes alone, so that many are judged at once.
#[derive(Default)]
struct Judged {
    /// The bits of all bytes.
    seen: [u8; PART],
    /// Not 0 if there was a control but tab and line feed.
    controls: [u8; PART],
}

impl Judged {
    #[inline]
    fn see(&mut self, part: &[u8; PART]) {
        for (at, &byte) in part.iter().enumerate() {
            self.seen[at] |= byte;
            let is_other = u8::from(byte != b'\t') & u8::from(byte != b'\n');
            self.controls[at] |= (u8::from(byte < b' ') & is_other) | u8::from(byte == 0x7F);
        }
    }
}

/// Checks only bytes with which those characters begin in UTF-8.
fn has_no_special_character(text: &[u8]) -> bool {
    memchr::memchr3_iter(0xC2, 0xE2, 0xEF, text).all(|at| {
        !matches!(
            text[at..],
            // U+0080 to U+009F, U+2028 and U+2029, U+FEFF, U+FFFE and U+FFFF.
            [0xC2, 0x80..=0x9F, ..]
                | [0xE2, 0x80, 0xA8 | 0xA9, ..]
                | [0xEF, 0xBB, 0xBF, ..]
                | [0xEF, 0xBF, 0xBE | 0xBF, ..]
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_bytes_at_a_time_are_one_at_a_time() {
        let texts = [
            "",
            "a",
            "    a",
            "ü: ",
            "abcdefgh:",
            "abcdefghi#",
            "         ",
            "abcdefghijklmnopq\n",
            "\u{fe}!~\u{7e}\t",
            "https://example.com/a-long-path-to-a-page-that-is-far\tbelow\\'",
        ];
        for text in texts.map(|text| text.repeat(3)) {
            for start in 0..=text.len() {
                let bytes = text.as_bytes();
                let first = |is_end: &dyn Fn(u8) -> bool| {
                    let rest = bytes[start..].iter();
                    let length = rest.take_while(|byte| !is_end(**byte)).count();
                    start + length
                };
                let is_stop = |byte| byte != b' ' && is(byte, STOPS);
                assert_eq!(next_stop(bytes, start), first(&is_stop), "{text:?}");
                let quoted = next_in_quotes(bytes, start, b'\'');
                let is_stop = |byte| byte < b' ' || matches!(byte, b'\'' | b'\\');
                assert_eq!(quoted.unwrap_or(text.len()), first(&is_stop), "{text:?}");
                assert_eq!(
                    behind_spaces(bytes, start),
                    first(&|byte| byte != b' '),
                    "{text:?}"
                );
            }
        }
    }

    #[test]
    fn every_character_is_judged_by_its_number() {
        for char in '\0'..=char::MAX {
            let is_special = matches!(
                char,
                ..'\t' | '\u{B}'..' ' | '\u{7F}'..='\u{9F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}'
            );
            let text = format!("ü{char}a");
            assert_eq!(are_plain(&text), !is_special, "{char:?}");
        }
    }
}
