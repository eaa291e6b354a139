//! Words that every reader takes for the same text.

use std::ops::Range;

use crate::yaml::node::Value;
use crate::yaml::plain;

/// The length of `false`.
const LONGEST_MEANING: usize = 5;

/// The length of the key that a line begins with.
pub(super) fn length_of_key(line: &[u8]) -> Option<usize> {
    let is_begun = line.first().is_some_and(u8::is_ascii_alphabetic);
    let length = line.iter().position(|byte| !is_in_word(*byte));
    length.filter(|_| is_begun)
}

/// The one word behind a colon, with nothing else on its line but a comment, and where it is. It may be in quotes. Further
/// lines are not looked at.
pub(super) fn word(behind_colon: &str) -> Option<(&str, Range<usize>)> {
    let bytes = behind_colon.as_bytes();
    let start = bytes.iter().position(|byte| *byte != b' ')?;
    let quote = Some(bytes[start]).filter(|first| matches!(first, b'"' | b'\''));
    let first = start + usize::from(quote.is_some());
    let length = bytes[first..].iter().position(|byte| !is_in_word(*byte));
    let last = length.map_or(bytes.len(), |length| first + length);
    let word = &behind_colon[first..last];
    let is_closed = quote.is_none() || bytes.get(last) == quote.as_ref();
    let end = last + usize::from(quote.is_some());
    let behind = bytes.get(end..)?;
    let spaces = behind.iter().take_while(|byte| **byte == b' ').count();
    let is_alone = match behind.get(spaces) {
        None | Some(b'\n' | b'\r') => true,
        Some(b'#') => spaces > 0,
        Some(_) => false,
    };
    let is_word = bytes.get(first).is_some_and(u8::is_ascii_alphabetic);
    // `n` and `null` are words with another meaning. None of them is long.
    let is_text = || {
        quote.is_some()
            || word.len() > LONGEST_MEANING
            || matches!(plain::legacy(word.into()), Value::String(_))
    };
    (is_closed && is_alone && is_word && is_text()).then_some((word, start..end))
}

/// The bytes of words.
static IN_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        let is_sign = matches!(byte, b'_' | b'-' | b'.' | b'/');
        table[byte as usize] = byte.is_ascii_alphanumeric() || is_sign;
        byte += 1;
    }
    table
};

fn is_in_word(byte: u8) -> bool {
    IN_WORD[usize::from(byte)]
}
