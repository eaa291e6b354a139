//! Lines that begin in the first column.

/// How many bytes are looked at in one step, without an early exit.
const STEP: usize = 32;

/// The same where no such line is near: most lines begin further right.
const LONG_STEP: usize = 128;

/// The start of the first line that begins with another byte than a space, behind a line break at or after `from`.
pub(super) fn next(bytes: &[u8], from: usize) -> Option<usize> {
    let at = skip::<STEP>(bytes, from, STEP);
    let at = skip::<LONG_STEP>(bytes, at, usize::MAX);
    let at = skip::<STEP>(bytes, at, usize::MAX);
    let pairs = bytes.get(at..)?.windows(2);
    let length = pairs
        .into_iter()
        .position(|pair| pair[0] == b'\n' && pair[1] != b' ')?;
    Some(at + length + 1)
}

/// Past so many bytes at a time behind which no such line begins, up to `most` or more.
fn skip<const SIZE: usize>(bytes: &[u8], from: usize, most: usize) -> usize {
    let mut at = from;
    while at - from < most
        && let (Some(breaks), Some(starts)) = (step::<SIZE>(bytes, at), step::<SIZE>(bytes, at + 1))
    {
        let mut found = 0;
        for at in 0..SIZE {
            found |= u8::from(breaks[at] == b'\n') & u8::from(starts[at] != b' ');
        }
        if found != 0 {
            break;
        }
        at += SIZE;
    }
    at
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
