//! Lines of comments.

use std::fmt::Write as _;

use crate::values::wrap::wrapped;

/// The widest line that is written, if its words allow.
pub(super) const WIDTH: usize = 110;

/// A remark as a sentence.
pub(super) fn sentence(remark: &str) -> String {
    let end = if remark.ends_with(['.', '?', ')']) {
        ""
    } else {
        "."
    };
    let mut letters = remark.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}{end}", first.unwrap_or_default(), letters.as_str())
}

/// Adds lines of a comment, broken at words.
pub(super) fn comment(out: &mut String, indent: &str, text: &str) {
    let start = indent.len() + 2;
    // Names come from outside: none of them ends the line.
    let is_break = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let text = &text.replace(is_break, " ");
    for line in wrapped(text, WIDTH, start, 0).lines() {
        let _ = writeln!(out, "{indent}# {line}");
    }
}
