//! The grammars of names, by the classes of their bytes: a configuration can have tens of thousands.

/// Lower-case letters and digits.
const LOWER: u8 = 1;
/// Letters and digits.
const ALPHANUMERIC: u8 = 1 << 1;
const DOT: u8 = 1 << 2;
/// What a DNS label can contain.
const LABEL: u8 = 1 << 3;
/// What a DNS subdomain can.
const SUBDOMAIN: u8 = 1 << 4;
/// What the name of a label can.
const NAME: u8 = 1 << 5;

/// The classes of every byte.
static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128_u8 {
        table[byte as usize] = match byte {
            b'a'..=b'z' | b'0'..=b'9' => LOWER | ALPHANUMERIC | LABEL | SUBDOMAIN | NAME,
            b'A'..=b'Z' => ALPHANUMERIC | NAME,
            b'-' => LABEL | SUBDOMAIN | NAME,
            b'.' => DOT | SUBDOMAIN | NAME,
            b'_' => NAME,
            _ => 0,
        };
        byte += 1;
    }
    table
}

/// Labels with dots between them.
pub(super) fn is_dns_subdomain(text: &str) -> bool {
    // Between dots, and at both ends, there are letters and digits.
    let mut before = DOT;
    let mut fits = true;
    for &byte in text.as_bytes() {
        let class = CLASS[usize::from(byte)];
        fits &= class & SUBDOMAIN != 0 && (before | class) & (DOT | LOWER) != DOT;
        before = class;
    }
    fits && before & LOWER != 0
}

pub(super) fn is_dns_label(text: &str) -> bool {
    all_are(text, LABEL) && begins_and_ends_with(text, LOWER)
}

pub(super) fn is_label_name(text: &str) -> bool {
    text.len() <= 63 && all_are(text, NAME) && begins_and_ends_with(text, ALPHANUMERIC)
}

/// Without an early exit: most texts are short, and fit.
fn all_are(text: &str, class: u8) -> bool {
    let classes = text.bytes().map(|byte| CLASS[usize::from(byte)]);
    classes.fold(class, |all, one| all & one) != 0
}

fn begins_and_ends_with(text: &str, class: u8) -> bool {
    let ends = [text.as_bytes().first(), text.as_bytes().last()];
    ends.into_iter()
        .all(|end| end.is_some_and(|byte| CLASS[usize::from(*byte)] & class != 0))
}
