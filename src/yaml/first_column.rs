//! Lines that begin in the first column.

/// How many bytes are looked at in one step, without an early exit.
const STEP: usize = 32;

/// The same where no such line is near: most lines begin further right.
const LONG_STEP: usize = 128;

/// How many bytes are looked at where there is one.
const WORD: usize = 8;

/// The start of the first line that begins with another byte than a space, behind a line break at or after `from`.
pub(super) fn next(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    // Often it is near.
    if is_free::<STEP>(bytes, at) {
        at = skip::<LONG_STEP>(bytes, at + STEP);
        at = skip::<STEP>(bytes, at);
    }
    while let Some(word) = step(bytes, at) {
        let mut breaks = equal(*word, b'\n');
        while breaks != 0 {
            let start = at + breaks.trailing_zeros() as usize / 8 + 1;
            if bytes.get(start)? != &b' ' {
                return Some(start);
            }
            breaks &= breaks - 1;
        }
        at += WORD;
    }
    let mut pairs = bytes.get(at..)?.windows(2);
    let length = pairs.position(|pair| pair[0] == b'\n' && pair[1] != b' ')?;
    Some(at + length + 1)
}

/// The highest bit of each byte that is this one, the first byte lowest.
fn equal(bytes: [u8; WORD], byte: u8) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x7F; WORD]);
    let other = u64::from_le_bytes(bytes) ^ u64::from_ne_bytes([byte; WORD]);
    // A carry into the next byte would be wrong there.
    !(((other & LOW) + LOW) | other | LOW)
}

/// Past so many bytes at a time behind which no such line begins.
fn skip<const SIZE: usize>(bytes: &[u8], mut at: usize) -> usize {
    while is_free::<SIZE>(bytes, at) {
        at += SIZE;
    }
    at
}

/// Whether there are so many bytes, and no such line begins behind them.
fn is_free<const SIZE: usize>(bytes: &[u8], at: usize) -> bool {
    let (Some(breaks), Some(starts)) = (step::<SIZE>(bytes, at), step::<SIZE>(bytes, at + 1))
    else {
        return false;
    };
    let mut found = 0;
    for at in 0..SIZE {
        found |= u8::from(breaks[at] == b'\n') & u8::from(starts[at] != b' ');
    }
    found == 0
}

fn step<const SIZE: usize>(bytes: &[u8], at: usize) -> Option<&[u8; SIZE]> {
    bytes.get(at..)?.first_chunk()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_a_simple_search() {
        let text = "a:\n  b\n\n c\nd\n\n\n e\n- f\n".to_owned();
        for text in [
            text.clone(),
            text.replace(' ', &" ".repeat(40)),
            text.repeat(9),
            "\n".into(),
            String::new(),
        ] {
            let bytes = text.as_bytes();
            for from in 0..=bytes.len() {
                let simple =
                    (from + 1..bytes.len()).find(|at| bytes[at - 1] == b'\n' && bytes[*at] != b' ');
                assert_eq!(next(bytes, from), simple, "{text:?} from {from}");
            }
        }
    }
}
