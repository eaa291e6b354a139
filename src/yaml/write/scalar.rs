//! How one string is written: plain, double-quoted or as a literal block.
//!
//! A string stays plain only when it matches a narrow pattern that every YAML 1.1 and 1.2 reader
//! reads as that very string; whatever the pattern does not cover is quoted.

use std::borrow::Cow;
use std::fmt::Write as _;

/// May stand inside a plain scalar.
const PLAIN: u8 = 1;
/// May follow a space inside a plain scalar.
const AFTER_SPACE: u8 = 1 << 1;
/// May follow a colon inside a plain scalar.
const AFTER_COLON: u8 = 1 << 2;
/// Is part of no number, date or time in any reader.
const NOT_NUMERIC: u8 = 1 << 3;
/// Needs no escape between double quotes.
const RAW: u8 = 1 << 4;
/// Is printable ASCII.
const PRINTABLE: u8 = 1 << 5;

/// The classes of every byte.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = class(byte);
        byte += 1;
    }
    table
}

const fn class(byte: u8) -> u8 {
    let printable = match byte {
        b'"' | b'\\' => PRINTABLE,
        b' '..=b'~' => PRINTABLE | RAW,
        _ => 0,
    };
    let plain = match byte.to_ascii_lowercase() {
        // Digits of any base, radix letters and the `T` and `Z` of a timestamp.
        b'0'..=b'9' | b'a'..=b'f' | b'o' | b't' | b'x' | b'z' => PLAIN | AFTER_SPACE | AFTER_COLON,
        b'a'..=b'z' | b'/' => PLAIN | AFTER_SPACE | AFTER_COLON | NOT_NUMERIC,
        b'-' | b'_' | b'.' | b',' | b'+' => PLAIN | AFTER_SPACE,
        b'=' | b'%' | b'@' | b'(' | b')' | b'$' | b';' | b'\'' => PLAIN | AFTER_SPACE | NOT_NUMERIC,
        b' ' | b':' => PLAIN,
        _ => 0,
    };
    printable | plain
}

/// Words that some reader interprets as a boolean, null or a float, in any case.
const RESERVED: [&str; 12] = [
    "y", "n", "on", "no", "yes", "off", "inf", "nan", "true", "null", "false", "infinity",
];

const LONGEST_RESERVED: usize = "infinity".len();

/// The scalar as it is written in block context: plain when provably safe, else double-quoted.
///
/// The result is always one line.
pub fn scalar(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    push_quoted(text, &mut out);
    Cow::Owned(out)
}

/// Appends what [`scalar`] returns.
pub(super) fn push_scalar(text: &str, out: &mut String) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        push_quoted(text, out);
    }
}

/// Appends the name of a field of a struct, which is short and mostly letters alone.
pub(super) fn push_name(name: &str, out: &mut String) {
    if name.bytes().all(|byte| byte.is_ascii_alphabetic()) && !is_reserved(name) {
        out.push_str(name);
    } else {
        push_scalar(name, out);
    }
}

/// Whether every reader interprets the bare text as this very string.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let flag = match bytes {
        // A third dash could open a document, a digit a negative number.
        [b'-', b'-', third, ..] if third.is_ascii_alphabetic() => 2,
        [b'-', second, ..] if second.is_ascii_alphabetic() => 1,
        [first, ..] if first.is_ascii_alphanumeric() || *first == b'/' => 0,
        _ => return false,
    };
    // Checks every byte without an early exit: most texts are plain and short.
    let (mut all, mut seen) = (u8::MAX, 0);
    for &byte in bytes {
        let class = CLASS[usize::from(byte)];
        all &= class;
        seen |= class;
    }
    // Spaces and colons are plain in some places only.
    if all & PLAIN == 0 || (all & AFTER_SPACE == 0 && !is_spaced_well(bytes)) {
        return false;
    }
    if bytes[0].is_ascii_digit() {
        let radix = matches!(bytes, [b'0', b'b' | b'B' | b'o' | b'O' | b'x' | b'X', ..]);
        seen & NOT_NUMERIC != 0 && !radix
    } else {
        !is_reserved(&text[flag..])
    }
}

/// Whether no space or colon is followed by something that would end the scalar there.
fn is_spaced_well(bytes: &[u8]) -> bool {
    let mut need = PLAIN;
    for &byte in bytes {
        if CLASS[usize::from(byte)] & need == 0 {
            return false;
        }
        need = match byte {
            b' ' => AFTER_SPACE,
            b':' => AFTER_COLON,
            _ => PLAIN,
        };
    }
    need == PLAIN
}

fn is_reserved(word: &str) -> bool {
    word.len() <= LONGEST_RESERVED
        && RESERVED
            .iter()
            .any(|reserved| word.eq_ignore_ascii_case(reserved))
}

/// Appends the text between double quotes, on one line.
fn push_quoted(text: &str, out: &mut String) {
    let bytes = text.as_bytes();
    out.push('"');
    let mut written = 0;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if CLASS[usize::from(byte)] & RAW != 0 {
            at += 1;
            continue;
        }
        let (found, next) = char_at(text, at);
        if byte < 0x80 || is_unusual(found) {
            out.push_str(&text[written..at]);
            push_escape(found, out);
            written = next;
        }
        at = next;
    }
    out.push_str(&text[written..]);
    out.push('"');
}

fn push_escape(found: char, out: &mut String) {
    match found {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        _ => {
            let code = u32::from(found);
            match code {
                0..0xA0 => write!(out, "\\x{code:02X}"),
                0xA0..=0xFFFF => write!(out, "\\u{code:04X}"),
                _ => write!(out, "\\U{code:08X}"),
            }
            .expect("a String takes any text");
        }
    }
}

/// Whether a literal block scalar holds the text as it is.
///
/// The text ends with one line break, so that no chomping indicator is needed, and begins with a
/// visible character, so that the first line tells the indentation.
pub(super) fn is_literal(text: &str) -> bool {
    let bytes = text.as_bytes();
    let [first, .., last, b'\n'] = bytes else {
        return matches!(bytes, [first, b'\n'] if first.is_ascii_graphic());
    };
    if matches!(first, b' ' | b'\n') || *last == b'\n' {
        return false;
    }
    let mut before = b'\n';
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if CLASS[usize::from(byte)] & PRINTABLE != 0 {
            at += 1;
        } else if byte == b'\n' {
            if before == b' ' {
                return false;
            }
            at += 1;
        } else if byte < 0x80 {
            return false;
        } else {
            let (found, next) = char_at(text, at);
            if is_unusual(found) {
                return false;
            }
            at = next;
        }
        before = byte;
    }
    true
}

/// The character that begins at a byte offset, and where the next one begins.
fn char_at(text: &str, at: usize) -> (char, usize) {
    let found = text[at..]
        .chars()
        .next()
        .expect("a character begins at this offset");
    (found, at + found.len_utf8())
}

/// Whether a non-ASCII character is invisible, a kind of white space, or not a character at all.
///
/// Readers refuse some of these and treat others as line breaks; the rest would mislead a human.
fn is_unusual(found: char) -> bool {
    match found {
        // Controls, and what lies between words or turns them round. The joiners U+200C and U+200D
        // belong to words and emoji.
        ..'\u{A0}'
        | '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF0}'..='\u{FFFB}'
        // Private use, noncharacters and tags.
        | '\u{E000}'..='\u{F8FF}'
        | '\u{FDD0}'..='\u{FDEF}'
        | '\u{E0000}'..='\u{E0FFF}'
        | '\u{F0000}'.. => true,
        _ => u32::from(found) & 0xFFFE == 0xFFFE || found.is_whitespace(),
    }
}
