//! The bytes that the fast reader handles, and their classes.

/// Ends a run of ordinary text in a plain scalar: it may end the scalar.
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

/// Whether a text holds only characters that are allowed in YAML (<https://yaml.org/spec/1.2.2/#51-character-set>) and
/// mean the same to all its readers: no controls but tab and line feed, no line breaks beyond ASCII, no byte order mark.
pub(super) fn are_plain(text: &str) -> bool {
    let mut beyond_ascii = false;
    let mut control = false;
    // Without an early exit, so that many bytes are checked in one step.
    for &byte in text.as_bytes() {
        beyond_ascii |= byte >= 0x80;
        control |= matches!(byte, ..b'\t' | b'\x0B'..b' ' | 0x7F);
    }
    !control && (!beyond_ascii || has_no_special_character(text.as_bytes()))
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
