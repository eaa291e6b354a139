//! Writes a stream of YAML documents.

use std::io::{self, Write};

use serde::Serialize;

use crate::yaml;

/// Whole pieces of this size are handed on: ext4 takes them in two thirds of the time that it needs for pieces that end within
/// a page. The output for ten thousand workloads is many times larger and need not be held in memory.
const PIECE: usize = 128 * 1024;

pub(super) struct Stream<'o> {
    out: &'o mut dyn Write,
    text: String,
    /// Bytes that are handed on.
    written: usize,
}

impl<'o> Stream<'o> {
    /// Starts with text that is not a document, such as a comment.
    pub(super) fn new(out: &'o mut dyn Write, header: &str) -> Self {
        // With spare capacity for the document that ends behind the piece.
        let mut text = String::with_capacity(PIECE + PIECE / 4);
        text.push_str(header);
        Self {
            out,
            text,
            written: 0,
        }
    }

    pub(super) fn document<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        self.document_by(|text| yaml::write(value, text))
    }

    /// Adds a document that `write` appends.
    pub(super) fn document_by(&mut self, write: impl FnOnce(&mut String)) -> io::Result<()> {
        self.text.push_str("---\n");
        write(&mut self.text);
        let whole = (self.written + self.text.len()) / PIECE * PIECE;
        if whole <= self.written {
            return Ok(());
        }
        let end = self.text.floor_char_boundary(whole - self.written);
        self.out.write_all(&self.text.as_bytes()[..end])?;
        self.text.drain(..end);
        self.written += end;
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<()> {
        self.out.write_all(self.text.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keeps what each call writes.
    struct Calls(Vec<Vec<u8>>);

    impl Write for Calls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn pieces_are_whole_but_for_cut_characters() {
        let mut calls = Calls(Vec::new());
        let mut stream = Stream::new(&mut calls, "# €\n");
        let mut expected = "# €\n".to_owned();
        for length in [10, PIECE - 7, PIECE, 3 * PIECE + 1, 5, 2 * PIECE] {
            let document = "€".repeat(length / 3);
            expected.push_str("---\n");
            expected.push_str(&document);
            let added = stream.document_by(|text| text.push_str(&document));
            added.expect("it can be written");
        }
        stream.finish().expect("it can be written");
        assert_eq!(calls.0.concat(), expected.as_bytes());
        let mut written = 0;
        for call in &calls.0[..calls.0.len() - 1] {
            written += call.len();
            assert!(
                written % PIECE == 0 || PIECE - written % PIECE < 3,
                "{written}"
            );
        }
        assert!(calls.0.len() > 3);
    }
}
