//! The texts that were read, kept to the end so that a message can show the line it speaks of.

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Marks in a long line are this many bytes apart, so that no column is counted over more than that.
const STRIDE: usize = 1024;

/// Positions are counted from the beginning of a text until it was gone through so many times; then all its lines are
/// marked.
const COUNTED: usize = 8;

/// The name of what comes on stdin.
pub const STDIN: &str = "<stdin>";
/// The name of what an argument `--set` says.
pub const SET: &str = "--set";
/// The name of what a function is called with.
pub const FUNCTION_CONFIG: &str = "functionConfig";

/// One text and the name under which a user knows it.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path as the user wrote it, `<stdin>`, or `--set`.
    pub name: String,
    pub text: String,
    /// How many lines of the stream that it is a part of come before it.
    pub lines_before: usize,
    /// Made when many positions are asked for: most runs ask for none or a few, a long report for thousands.
    marks: OnceLock<Vec<Mark>>,
    asked: Asked,
}

/// How many bytes were gone through for the positions that were asked for.
#[derive(Debug, Default)]
struct Asked(AtomicUsize);

impl Clone for Asked {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Source {
    /// A text with so many lines before it in what it is a part of.
    pub fn part(name: impl Into<String>, text: impl Into<String>, lines_before: usize) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
            lines_before,
            marks: OnceLock::new(),
            asked: Asked::default(),
        }
    }

    /// Whether it has a path: stdin and arguments have none.
    pub fn is_file(&self) -> bool {
        self.name != SET && self.name != FUNCTION_CONFIG && !self.name.starts_with('<')
    }
}

/// A byte whose line and column are known: the first of each line, and more of them in long lines.
#[derive(Clone, Copy, Debug)]
struct Mark {
    at: u32,
    line: u32,
    column: u32,
}

/// Which of the [`Sources`] a span points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u16);

/// A range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let offset = |at: usize| u32::try_from(at).expect("sources are limited to 4 GiB when read");
        Self {
            source,
            start: offset(start),
            end: offset(end.max(start)),
        }
    }

    /// Moves it by so many bytes.
    pub fn shift(&mut self, by: u32) {
        self.start += by;
        self.end += by;
    }
}

/// All sources of one run, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// # Panics
    /// With more than 65 536 sources; the command line refuses so many.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        let id = u16::try_from(self.0.len()).expect("the command line limits the number of files");
        self.0.push(Source::part(name, text, 0));
        SourceId(id)
    }

    /// Gives a source another text, and returns the one that it had.
    pub fn replace(&mut self, id: SourceId, text: String) -> String {
        let source = &mut self.0[usize::from(id.0)];
        source.marks.take();
        std::mem::replace(&mut source.text, text)
    }

    /// Adds parts that came along with findings about them.
    pub fn extend(&mut self, parts: Vec<Source>) {
        self.0.extend(parts);
    }

    /// The number that the next source gets.
    pub fn next_id(&self) -> SourceId {
        SourceId(u16::try_from(self.0.len()).unwrap_or(u16::MAX))
    }

    pub fn get(&self, id: SourceId) -> &Source {
        &self.0[usize::from(id.0)]
    }

    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0..).map(SourceId).zip(&self.0)
    }

    /// The bytes that a span covers.
    pub fn slice(&self, span: Span) -> &str {
        self.get(span.source)
            .text
            .get(span.start as usize..span.end as usize)
            .unwrap_or_default()
    }

    /// Line and column of the byte after a span.
    pub fn end(&self, span: Span) -> Position {
        self.position(Span {
            start: span.end,
            ..span
        })
    }

    /// Line and column (in characters), both from 1, of a span's first byte.
    pub fn position(&self, span: Span) -> Position {
        let source = self.get(span.source);
        let at = source.text.floor_char_boundary(span.start as usize);
        if source.asked.0.fetch_add(at, Ordering::Relaxed) < COUNTED * source.text.len() {
            return counted(&source.text[..at], source.lines_before);
        }
        let marks = source.marks.get_or_init(|| marks(&source.text));
        let next = marks.partition_point(|mark| mark.at as usize <= at);
        let mark = marks[next - 1];
        let between = source.text[mark.at as usize..at].chars().count();
        Position {
            line: source.lines_before + mark.line as usize,
            column: mark.column as usize + between,
        }
    }
}

/// The position behind the first part of a text.
fn counted(before: &str, lines_before: usize) -> Position {
    let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |newline| newline + 1);
    let line = memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1;
    Position {
        line: lines_before + line,
        column: before[line_start..].chars().count() + 1,
    }
}

/// All marks of a text, in order; the first is its beginning.
fn marks(text: &str) -> Vec<Mark> {
    let number =
        |number: usize| u32::try_from(number).expect("sources are limited to 4 GiB when read");
    let mut marks = Vec::new();
    let mut line_start = 0;
    let ends = memchr::memchr_iter(b'\n', text.as_bytes()).chain([text.len()]);
    for (index, end) in ends.enumerate() {
        let (mut within, mut column) = (0, 1);
        loop {
            marks.push(Mark {
                at: number(line_start + within),
                line: number(index + 1),
                column: number(column),
            });
            // So are most lines at once.
            if end - line_start - within <= STRIDE {
                break;
            }
            let line = &text[line_start..end];
            let next = line.floor_char_boundary(within + STRIDE);
            column += line[within..next].chars().count();
            within = next;
        }
        line_start = end + 1;
    }
    marks
}

/// A place as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As anyone would count.
    fn counted(text: &str, at: usize) -> Position {
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }

    #[test]
    fn positions_are_what_anyone_would_count() {
        let texts = [
            String::new(),
            "\n".to_owned(),
            "a: 1\r\nb: ü\n\n  c: 日本\n".to_owned(),
            format!("a: {}\nb: {}", "ü".repeat(3 * STRIDE), "xy".repeat(STRIDE)),
        ];
        for text in texts {
            let mut sources = Sources::default();
            let id = sources.add("x", text.clone());
            // The first are counted, the others found by the marks.
            let ends = [0, text.len()].into_iter().cycle().take(2 * COUNTED);
            for at in ends {
                let position = sources.position(Span::new(id, at, at));
                assert_eq!(position, counted(&text, at), "byte {at} of {text:.20}");
            }
            for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
                let position = sources.position(Span::new(id, at, at));
                assert_eq!(position, counted(&text, at), "byte {at} of {text:.20}");
            }
        }
    }
}
