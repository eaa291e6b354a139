//! Gives a quoted or folded scalar another content: what stays of it is written as before.
//!
//! Source: YAML 1.2.2, 7.3.1 (double-quoted), 7.3.2 (single-quoted), 8.1.3 (folded), 6.5 (line folding).

use std::ops::Range;

use super::edits::Edit;
use super::flow;
use crate::source::SourceId;
use crate::yaml::{self, Dialect};

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Double,
    Single,
    /// A block behind `>`.
    Folded,
}

/// A part of a scalar that is kept or replaced as a whole.
struct Piece {
    /// The bytes that it is written with.
    written: Range<usize>,
    /// The bytes that it stands for.
    content: Range<usize>,
    /// Whether it is a line break with the white space around it.
    is_break: bool,
}

/// A scalar without its quotes or its header.
pub(super) struct Scalar<'t> {
    pub(super) style: Style,
    pub(super) written: &'t str,
    pub(super) content: &'t str,
    pub(super) newline: &'t str,
}

impl Scalar<'_> {
    /// The edit, within what is written, that gives it another content; `None` if this style cannot express it.
    pub(super) fn replace(&self, wanted: &str) -> Option<Edit> {
        let pieces = self.pieces()?;
        let (old, new) = (self.content, wanted);
        let same = common(old.chars(), new.chars());
        // The line break at the end of a block stays at its end.
        let most = match self.style {
            Style::Folded => pieces.len().saturating_sub(1),
            _ => pieces.len(),
        };
        let first = pieces[..most]
            .iter()
            .take_while(|piece| piece.content.end <= same)
            .count();
        let kept = pieces[..first].last().map_or(0, |piece| piece.content.end);
        let same = common(old[kept..].chars().rev(), new[kept..].chars().rev());
        let rest = pieces[first..].iter().rev();
        let last = rest
            .take_while(|piece| piece.content.start >= old.len() - same)
            .count();
        let (before, after) = (&pieces[..first], &pieces[pieces.len() - last..]);
        let end = after.first().map_or(old.len(), |piece| piece.content.start);
        let middle = &new[kept..new.len() - (old.len() - end)];
        let at = before.last().map_or(0, |piece| piece.written.end);
        let until = after
            .first()
            .map_or(self.written.len(), |piece| piece.written.start);
        let is_break = |piece: Option<&Piece>| piece.is_some_and(|piece| piece.is_break);
        let insert = match self.style {
            Style::Double => {
                let (start, end) = (is_break(before.last()), is_break(after.first()));
                double(middle, start, end)
            }
            Style::Single => self.lines(&pieces, &middle.replace('\'', "''"))?,
            Style::Folded => self.lines(&pieces, middle)?,
        };
        let edit = Edit {
            at,
            delete: until - at,
            insert,
        };
        self.means(&edit, wanted).then_some(edit)
    }

    /// Whether the text with the edit in it is read as wanted.
    fn means(&self, edit: &Edit, wanted: &str) -> bool {
        let quote = match self.style {
            Style::Double => "\"",
            Style::Single => "'",
            // What surrounds a block decides on its end.
            Style::Folded => return true,
        };
        let (before, after) = (
            &self.written[..edit.at],
            &self.written[edit.at + edit.delete..],
        );
        let text = format!("{quote}{before}{}{after}{quote}", edit.insert);
        let parsed = yaml::parse(SourceId(0), &text, Dialect::Manifest);
        let read = parsed.documents.first().and_then(yaml::Node::as_str);
        parsed.problems.is_empty() && read == Some(wanted)
    }

    /// Text in which every line break is one of the content.
    fn lines(&self, pieces: &[Piece], text: &str) -> Option<String> {
        if !text.contains('\n') {
            return Some(text.to_owned());
        }
        let sample = pieces
            .iter()
            .rfind(|piece| piece.is_break && piece.written.end < self.written.len())?;
        let sample = &self.written[sample.written.clone()];
        let indent = &sample[sample.rfind('\n')? + 1..];
        let mut lines = String::new();
        let mut breaks = 0;
        for char in text.chars().chain(['\0']) {
            if char == '\n' {
                breaks += 1;
                continue;
            }
            if breaks > 0 {
                lines.push_str(&self.newline.repeat(breaks + 1));
                lines.push_str(indent);
                breaks = 0;
            }
            if char != '\0' {
                lines.push(char);
            }
        }
        Some(lines)
    }

    /// `None` if it is read in another way than expected.
    fn pieces(&self) -> Option<Vec<Piece>> {
        let mut pieces: Vec<Piece> = Vec::new();
        let (mut at, mut from) = (0, 0);
        if self.style == Style::Folded {
            at = self.margin();
        }
        while at < self.written.len() {
            let (rest, content) = (&self.written[at..], &self.content[from..]);
            let line_break = self.line_break(rest, content);
            let is_break = line_break.is_some();
            let (length, stands_for) = match line_break {
                Some(sizes) => sizes,
                None => (self.character(rest)?, content.chars().next()?.len_utf8()),
            };
            let is_escaped = length != stands_for || rest.starts_with(['\\', '\'']);
            if !is_break && !is_escaped && rest[..length] != content[..stands_for] {
                return None;
            }
            pieces.push(Piece {
                written: at..at + length,
                content: from..from + stands_for,
                is_break,
            });
            at += length;
            from += stands_for;
        }
        (from == self.content.len()).then_some(pieces)
    }

    /// How many bytes write the next character.
    fn character(&self, rest: &str) -> Option<usize> {
        let first = rest.chars().next()?;
        Some(match (self.style, first) {
            (Style::Double, '\\') => {
                let escaped = rest[1..].chars().next()?;
                match escaped {
                    'x' => 4,
                    'u' if is_surrogate(rest.get(2..6)?) => 12,
                    'u' => 6,
                    'U' => 10,
                    _ => 1 + escaped.len_utf8(),
                }
            }
            (Style::Single, '\'') => 2,
            _ => first.len_utf8(),
        })
    }

    /// How many bytes are a line break with the white space around it, and how many it stands for.
    fn line_break(&self, rest: &str, content: &str) -> Option<(usize, usize)> {
        let is_escaped = self.style == Style::Double && rest.starts_with('\\');
        let start = usize::from(is_escaped);
        let blank = match self.style {
            // White space before a line break is a part of a block.
            Style::Folded => rest.len() - rest.trim_start_matches('\r').len(),
            _ if is_escaped => rest[1..].len() - rest[1..].trim_start_matches('\r').len(),
            _ => rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len(),
        };
        if !rest[start + blank..].starts_with('\n') {
            return None;
        }
        let after = rest[start + blank..].trim_start_matches([' ', '\t', '\r', '\n']);
        let white = rest.len() - after.len();
        let breaks = rest[..white].matches('\n').count();
        let newlines = content.len() - content.trim_start_matches('\n').len();
        match self.style {
            Style::Folded => {
                let line = rest[..white].rfind('\n')? + 1;
                let margin = self.margin().min(white - line);
                let end = if after.is_empty() {
                    white
                } else {
                    line + margin
                };
                let stands_for = match newlines {
                    0 if content.is_empty() => 0,
                    0 => usize::from(breaks == 1 && content.starts_with(' ')),
                    _ => newlines,
                };
                Some((end, stands_for))
            }
            _ if is_escaped => Some((white, breaks - 1)),
            _ if breaks == 1 => Some((white, 1)),
            _ => Some((white, breaks - 1)),
        }
        .filter(|(_, stands_for)| *stands_for <= content.len())
    }

    /// The indentation of the lines of a block.
    fn margin(&self) -> usize {
        let mut lines = self.written.lines();
        // To YAML, no other white space is blank.
        let first = lines.find(|line| !line.trim_matches([' ', '\r']).is_empty());
        first.map_or(0, |line| line.len() - line.trim_start_matches(' ').len())
    }
}

/// Whether four hexadecimal digits are the first half of a character in JSON.
fn is_surrogate(digits: &str) -> bool {
    let number = u32::from_str_radix(digits, 16);
    number.is_ok_and(|number| (0xD800..0xDC00).contains(&number))
}

/// How many bytes of two texts are the same.
fn common(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    let same = one.zip(other).take_while(|(one, other)| one == other);
    same.map(|(char, _)| char.len_utf8()).sum()
}

/// Text between double quotes; a line break beside it would take its white space away.
fn double(text: &str, is_after_break: bool, is_before_break: bool) -> String {
    let mut written = String::new();
    let last = text.chars().count().saturating_sub(1);
    for (at, char) in text.chars().enumerate() {
        let is_lost = char == ' ' && (at == 0 && is_after_break || at == last && is_before_break);
        if is_lost {
            written.push_str("\\x20");
        } else {
            flow::escape(char, &mut written);
        }
    }
    written
}
