//! Lines that end at words.

use std::fmt::Write as _;

/// A text in lines of at most `width` characters, as far as its words allow. The first line has `used` characters before
/// it, the others begin with `indent` spaces.
pub(crate) fn wrapped(text: &str, width: usize, used: usize, indent: usize) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for (number, line) in text.split('\n').enumerate() {
        let mut column = if number == 0 { used } else { indent };
        if number > 0 {
            let _ = write!(out, "\n{:indent$}", "");
        }
        for (number, word) in line.split(' ').enumerate() {
            let length = word.chars().count();
            if number > 0 && column + 1 + length > width {
                let _ = write!(out, "\n{:indent$}", "");
                column = indent;
            } else if number > 0 {
                out.push(' ');
                column += 1;
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_end_at_words() {
        assert_eq!(wrapped("one two three", 9, 0, 2), "one two\n  three");
        assert_eq!(wrapped("one two", 9, 4, 2), "one\n  two");
        assert_eq!(wrapped("long-word-alone b", 5, 0, 0), "long-word-alone\nb");
        assert_eq!(wrapped("a\nb c", 3, 0, 1), "a\n b\n c");
        assert_eq!(wrapped("b c d e", 6, 5, 2), "b\n  c d\n  e");
        assert_eq!(wrapped("", 5, 0, 0), "");
    }
}
