//! Replaces lines of a literal block (`|`); those that stay the same are not touched.

use super::edits::Edit;
use super::text::Text;
use crate::source::Span;

/// The edit that gives a literal block, whose lines begin at `body`, another content.
pub(super) fn replace(text: &Text<'_>, node: Span, body: usize, content: &str) -> Edit {
    let mut end = (node.end as usize).max(body);
    // It ends behind the indentation of the key that follows.
    let tail = text.str[body..end]
        .rfind('\n')
        .map_or(body, |at| body + at + 1);
    if text.str[tail..end].bytes().all(|byte| byte == b' ') {
        end = tail;
    }
    let written: Vec<&str> = text.str[body..end].split_inclusive('\n').collect();
    let indent = written.iter().find(|line| !line.trim().is_empty());
    let indent = indent.map_or(0, |line| line.len() - line.trim_start_matches(' ').len());
    let newline = text.newline();
    let wanted: Vec<String> = content
        .lines()
        .map(|line| {
            if line.is_empty() {
                newline.to_owned()
            } else {
                format!("{}{line}{newline}", " ".repeat(indent))
            }
        })
        .collect();
    let is_same = |(one, other): &(&&str, &String)| one.trim_end() == other.trim_end();
    let before = written.iter().zip(&wanted).take_while(is_same).count();
    let rest = written[before..]
        .iter()
        .rev()
        .zip(wanted[before..].iter().rev());
    let after = rest.take_while(is_same).count();
    let length = |lines: &[&str]| lines.iter().map(|line| line.len()).sum::<usize>();
    let gone = &written[before..written.len() - after];
    let mut insert = wanted[before..wanted.len() - after].concat();
    let at = body + length(&written[..before]);
    if text.ends_in_mid_line(at) {
        insert = format!("{newline}{}", insert.trim_end_matches(newline));
    } else if gone.last().is_some_and(|line| !line.ends_with('\n')) {
        insert.truncate(insert.trim_end_matches(newline).len());
    }
    Edit {
        at,
        delete: length(gone),
        insert,
    }
}
