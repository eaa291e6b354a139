//! Literal and folded scalars (<https://yaml.org/spec/1.2.2/#81-block-scalar-styles>).

use std::borrow::Cow;

use memchr::memchr;

use super::kept::Kept;
use super::reader::Reader;
use crate::yaml::Value;

/// How line breaks at the end are handled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

struct Header {
    folded: bool,
    chomping: Chomping,
    /// The indentation of the content, if declared.
    indentation: Option<usize>,
}

impl<'s> Reader<'s> {
    /// A block scalar whose key or dash is in `column`, from its indicator to the next content.
    pub(super) fn block_scalar<K: Kept<'s>>(&mut self, column: usize) -> Option<K> {
        let header = self.block_scalar_header(column)?;
        let mut breaks = 0;
        let indentation = match header.indentation {
            Some(indentation) => {
                breaks += self.skip_indentation(indentation);
                indentation
            }
            None => self.find_indentation(&mut breaks)?,
        };
        let start = self.at;
        // Scalars without content are the parser's.
        if indentation <= column
            || start - self.line != indentation
            || matches!(self.byte(start), None | Some(b'\t'))
        {
            return None;
        }
        let text = if K::IS_TREE {
            self.block_scalar_lines(&header, indentation, breaks)
        } else {
            self.skip_block_scalar_lines(indentation);
            String::new()
        };
        let end = self.at;
        if end < self.text.len() {
            // The next content is on this line, after its indentation.
            self.at = self.line;
        }
        self.find_content()?;
        Some(K::scalar(self, start, end, Value::String(Cow::Owned(text))))
    }

    fn block_scalar_header(&mut self, column: usize) -> Option<Header> {
        let folded = self.byte(self.at)? == b'>';
        let mut header = Header {
            folded,
            chomping: Chomping::Clip,
            indentation: None,
        };
        self.at += 1;
        for _ in 0..2 {
            match self.byte(self.at)? {
                b'-' if header.chomping == Chomping::Clip => header.chomping = Chomping::Strip,
                b'+' if header.chomping == Chomping::Clip => header.chomping = Chomping::Keep,
                digit @ b'1'..=b'9' if header.indentation.is_none() => {
                    header.indentation = Some(column + usize::from(digit - b'0'));
                }
                _ => break,
            }
            self.at += 1;
        }
        self.skip_blank()?;
        if self.byte(self.at)? != b'\n' {
            return None;
        }
        self.at += 1;
        self.line = self.at;
        Some(header)
    }

    /// To the first line that is not empty. Its indentation is that of the scalar, unless an empty line has more.
    fn find_indentation(&mut self, breaks: &mut usize) -> Option<usize> {
        let mut most = 0;
        loop {
            self.skip_spaces();
            let indentation = self.at - self.line;
            if self.byte(self.at)? != b'\n' {
                return (indentation >= most).then_some(indentation);
            }
            most = most.max(indentation);
            *breaks += 1;
            self.at += 1;
            self.line = self.at;
        }
    }

    /// Past empty lines and up to that many spaces; how many lines that were.
    fn skip_indentation(&mut self, indentation: usize) -> usize {
        let mut breaks = 0;
        loop {
            while self.at - self.line < indentation && self.byte(self.at) == Some(b' ') {
                self.at += 1;
            }
            if self.byte(self.at) != Some(b'\n') {
                return breaks;
            }
            breaks += 1;
            self.at += 1;
            self.line = self.at;
        }
    }

    /// Past the content, from the first byte of its first line.
    fn skip_block_scalar_lines(&mut self, indentation: usize) {
        while self.at - self.line == indentation && self.at < self.text.len() {
            let Some(length) = memchr(b'\n', self.rest()) else {
                self.at = self.text.len();
                return;
            };
            self.at += length + 1;
            self.line = self.at;
            self.skip_indentation(indentation);
        }
    }

    /// The content, from the first byte of its first line; `breaks` empty lines stand before it.
    fn block_scalar_lines(
        &mut self,
        header: &Header,
        indentation: usize,
        mut breaks: usize,
    ) -> String {
        let mut text = String::new();
        let mut is_first = true;
        let mut was_blank = false;
        while self.at - self.line == indentation && self.at < self.text.len() {
            let rest = self.rest();
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let is_blank = matches!(rest.first(), Some(b' ' | b'\t'));
            let folds = header.folded && !is_first && !was_blank && !is_blank;
            if folds && breaks == 0 {
                text.push(' ');
            } else if !folds && !is_first {
                text.push('\n');
            }
            text.extend(std::iter::repeat_n('\n', breaks));
            text.push_str(&self.text[self.at..self.at + length]);
            is_first = false;
            was_blank = is_blank;
            self.at += length;
            breaks = 0;
            if self.at == self.text.len() {
                break;
            }
            self.at += 1;
            self.line = self.at;
            breaks = self.skip_indentation(indentation);
        }
        if header.chomping != Chomping::Strip {
            text.push('\n');
        }
        if header.chomping == Chomping::Keep {
            text.extend(std::iter::repeat_n('\n', breaks));
        }
        text
    }
}
