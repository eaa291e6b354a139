//! The texts that were read, kept to the end so that a message can show the line it speaks of.

use std::fmt;

/// One text and the name under which a user knows it.
#[derive(Clone, Debug)]
pub struct Source {
    /// A path as the user wrote it, `<stdin>`, or `--set`.
    pub name: String,
    pub text: String,
}

/// Which of the [`Sources`] a span points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SourceId(pub u16);

/// A range of bytes in one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
        self.0.push(Source {
            name: name.into(),
            text: text.into(),
        });
        SourceId(id)
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

    /// Line and column (in characters), both from 1, of a span's first byte.
    pub fn position(&self, span: Span) -> Position {
        let text = &self.get(span.source).text;
        let before = &text[..text.floor_char_boundary(span.start as usize)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Position {
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
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
