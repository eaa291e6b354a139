//! Splits a stream into documents while it is read, without parsing them.

use std::io::{self, Read};
use std::ops::Range;

use crate::yaml::KeyLines;
use crate::yaml::documents::DocumentEnd;

/// How much is read at once. Most streams are shorter; the buffer grows for a longer document.
const CHUNK: usize = 256 << 10;

/// The largest document. A cluster stores no object of more than a few megabytes; this is far above any list of
/// objects, and keeps an endless stream from filling the memory. Tests use a lower limit.
pub const MAX_DOCUMENT: usize = if cfg!(test) { 1 << 20 } else { 256 << 20 };

/// The documents of a stream, one at a time. Only the current one is in memory.
pub struct Documents<R> {
    reader: R,
    /// What has been read, and room for more.
    buffer: Vec<u8>,
    /// How much of the buffer has been read.
    filled: usize,
    /// The current document within the buffer.
    current: Range<usize>,
    /// Whether the current document was peeked at.
    is_peeked: bool,
    /// Whether the reader is at its end.
    at_end: bool,
    /// The number of lines before the current document.
    lines_before: usize,
    /// The end of the current document.
    end: DocumentEnd,
}

/// One document with everything up to the next one.
#[derive(Clone, Copy, Debug)]
pub struct Part<'b> {
    pub bytes: &'b [u8],
    pub lines_before: usize,
    /// Its lines that may begin with an outermost key.
    pub(super) keys: &'b KeyLines,
}

impl<R: Read> Documents<R> {
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            filled: 0,
            current: 0..0,
            is_peeked: false,
            at_end: false,
            lines_before: 0,
            end: DocumentEnd::default(),
        }
    }

    /// The first document that is not blank, with everything before it: the next call of [`advance`](Self::advance)
    /// returns all of that at once. Empty at the end of the stream.
    ///
    /// # Errors
    /// The same as for `advance`.
    pub fn peek(&mut self) -> io::Result<Part<'_>> {
        if !self.is_peeked {
            self.advance()?;
            let mut judged = 0;
            loop {
                let bytes = self.current().bytes;
                let is_blank = std::str::from_utf8(&bytes[judged..]).is_ok_and(is_blank);
                judged = bytes.len();
                if !is_blank || !self.extend()? {
                    break;
                }
            }
            self.is_peeked = true;
        }
        Ok(self.current())
    }

    /// Advances to the next document, and returns whether there is one. Every byte of the stream is in exactly one
    /// document.
    ///
    /// # Errors
    /// When the reader fails, or a document is too large.
    pub fn advance(&mut self) -> io::Result<bool> {
        if std::mem::take(&mut self.is_peeked) {
            return Ok(!self.current.is_empty());
        }
        let done = &self.buffer[self.current.clone()];
        self.lines_before += line_breaks(done);
        self.current.start = self.current.end;
        self.end = DocumentEnd::default();
        self.extend()
    }

    /// Adds the next document to the current part, and returns whether there is one.
    fn extend(&mut self) -> io::Result<bool> {
        loop {
            let text = &self.buffer[self.current.start..self.filled];
            let found = self.end.find(text, self.at_end);
            if let Some(length) = found {
                self.current.end = self.current.start + length;
                return Ok(true);
            }
            if self.at_end {
                let is_more = self.current.end < self.filled;
                self.current.end = self.filled;
                return Ok(is_more);
            }
            self.fill()?;
        }
    }

    /// The current document.
    pub fn current(&self) -> Part<'_> {
        Part {
            bytes: &self.buffer[self.current.clone()],
            lines_before: self.lines_before,
            keys: self.end.keys(),
        }
    }

    /// Reads at least as much as is buffered, so that a long document is not searched too often.
    fn fill(&mut self) -> io::Result<()> {
        let rest = self.current.start..self.filled;
        self.filled = rest.len();
        self.buffer.copy_within(rest, 0);
        self.current = 0..self.current.len();
        let known = self.filled;
        if known >= MAX_DOCUMENT {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "the document that starts in line {1} is larger than {0} MiB",
                    MAX_DOCUMENT >> 20,
                    self.lines_before + 1
                ),
            ));
        }
        let wanted = known.max(CHUNK).min(MAX_DOCUMENT - known);
        let end = known + wanted;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        while self.filled < end && !self.at_end {
            match self.reader.read(&mut self.buffer[self.filled..end]) {
                Ok(0) => self.at_end = true,
                Ok(length) => self.filled += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// How many bytes are counted side by side.
const PART: usize = 32;

/// The number of line breaks: in bytes alone, so that many are counted at once.
fn line_breaks(bytes: &[u8]) -> usize {
    let (parts, rest) = bytes.as_chunks::<PART>();
    let mut count = memchr::memchr_iter(b'\n', rest).count();
    for parts in parts.chunks(u8::MAX.into()) {
        let mut counts = [0; PART];
        for part in parts {
            for (count, byte) in counts.iter_mut().zip(part) {
                *count += u8::from(*byte == b'\n');
            }
        }
        count += counts.map(usize::from).iter().sum::<usize>();
    }
    count
}

/// Whether a text contains only comments and markers.
pub(crate) fn is_blank(text: &str) -> bool {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut rest = text.as_bytes();
    // Most documents begin with a letter below a marker and comments.
    loop {
        match rest {
            [b'#', ..] | [b'-', b'-', b'-', b'\n', ..] => {}
            [first, ..] if first.is_ascii_alphabetic() => return false,
            _ => break,
        }
        match memchr::memchr(b'\n', rest) {
            Some(end) => rest = &rest[end + 1..],
            None => return true,
        }
    }
    let rest = &text[text.len() - rest.len()..];
    rest.split_terminator('\n').all(|line| {
        let line = line.strip_prefix("---").unwrap_or(line).trim();
        line.is_empty() || line.starts_with('#') || line == "..."
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A reader that returns a few bytes at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(buffer.len()).min(3);
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    fn parts(stream: &str) -> Vec<String> {
        let mut documents = Documents::new(Slow(stream.as_bytes()));
        let mut parts: Vec<String> = Vec::new();
        while documents.advance().expect("memory can be read") {
            let part = documents.current();
            assert_eq!(part.lines_before, parts.concat().matches('\n').count());
            let mut at_once = DocumentEnd::default();
            assert_eq!(at_once.find(part.bytes, true), None);
            assert_eq!(format!("{:?}", part.keys), format!("{:?}", at_once.keys()));
            parts.push(String::from_utf8(part.bytes.to_vec()).expect("UTF-8"));
        }
        assert_eq!(parts.concat(), stream);
        parts
    }

    #[test]
    fn a_part_begins_at_every_marker() {
        assert_eq!(parts("a: 1\n---\nb: 2\n"), ["a: 1\n", "---\nb: 2\n"]);
        assert_eq!(parts("---\na\n---\n---\n"), ["---\na\n", "---\n", "---\n"]);
        assert_eq!(
            parts("--- a\n--- # b\n---"),
            ["--- a\n", "--- # b\n", "---"]
        );
        assert_eq!(parts("a\r\n---\r\nb"), ["a\r\n", "---\r\nb"]);
        assert_eq!(parts(""), Vec::<String>::new());
    }

    #[test]
    fn the_lines_of_keys_are_found_with_the_end() {
        let many = "a: 1\n".repeat(40);
        let some = "# a\n---\na:\n  b: 1\n- c\n-\n-d: 1\n\n\nc:\n---e: 1\n--: 1\n";
        for whole in [&many, some] {
            parts(&format!("{whole}---\n{whole}"));
        }
    }

    #[test]
    fn what_only_looks_like_a_marker_is_none() {
        for whole in ["a: |\n  ---\n", "a\n---b\n", "a ---\n", "- - -\n ---\n"] {
            assert_eq!(parts(whole), [whole]);
        }
    }

    #[test]
    fn directives_stay_with_their_document() {
        assert_eq!(
            parts("a\n...\n%YAML 1.2\n---\nb\n---\nc\n"),
            ["a\n...\n%YAML 1.2\n---\nb\n", "---\nc\n"]
        );
        assert_eq!(parts("%YAML 1.2\n---\nb\n"), ["%YAML 1.2\n---\nb\n"]);
    }

    #[test]
    fn documents_longer_than_a_chunk_stay_whole() {
        let long = format!("a: {}\n", "x".repeat(3 * CHUNK));
        assert_eq!(
            parts(&format!("{long}---\n{long}")),
            [long.clone(), format!("---\n{long}")]
        );
    }

    #[test]
    fn a_look_ahead_goes_over_what_is_blank() {
        for (stream, first, rest) in [
            (
                "# a\n---\n# b\n---\nc: 1\n---\nd\n",
                "# a\n---\n# b\n---\nc: 1\n",
                "---\nd\n",
            ),
            ("a\n---\nb\n", "a\n", "---\nb\n"),
            ("---\n---\n# a\n", "---\n---\n# a\n", ""),
            ("", "", ""),
        ] {
            let mut documents = Documents::new(Slow(stream.as_bytes()));
            let text = |part: Part<'_>| String::from_utf8(part.bytes.to_vec()).expect("UTF-8");
            for _ in 0..2 {
                assert_eq!(text(documents.peek().expect("memory can be read")), first);
            }
            assert_eq!(
                documents.advance().expect("memory can be read"),
                !first.is_empty()
            );
            assert_eq!(text(documents.current()), first);
            assert_eq!(
                documents.advance().expect("memory can be read"),
                !rest.is_empty()
            );
            assert_eq!(text(documents.current()), rest);
            assert_eq!(
                documents.current().lines_before,
                first.matches('\n').count()
            );
        }
    }

    #[test]
    fn a_stream_without_end_is_refused() {
        let mut documents = Documents::new(io::repeat(b'x'));
        let error = documents.advance().expect_err("too large");
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    }
}
