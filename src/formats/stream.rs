//! Writes a stream of YAML documents.

use std::io::{self, Write};

use serde::Serialize;

use crate::yaml;

/// The buffer size, which is what a pipe accepts at once. The output for ten thousand workloads is many times larger
/// and need not be held in memory.
const PIECE: usize = 64 * 1024;

pub(super) struct Stream<'o> {
    out: &'o mut dyn Write,
    text: String,
}

impl<'o> Stream<'o> {
    /// Starts with text that is not a document, such as a comment.
    pub(super) fn new(out: &'o mut dyn Write, header: &str) -> Self {
        // With spare capacity for the document that exceeds the buffer size.
        let mut text = String::with_capacity(2 * PIECE);
        text.push_str(header);
        Self { out, text }
    }

    pub(super) fn document<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        self.document_by(|text| yaml::write(value, text))
    }

    /// Adds a document that `write` appends.
    pub(super) fn document_by(&mut self, write: impl FnOnce(&mut String)) -> io::Result<()> {
        self.text.push_str("---\n");
        write(&mut self.text);
        if self.text.len() < PIECE {
            return Ok(());
        }
        self.hand_on()
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.hand_on()
    }

    fn hand_on(&mut self) -> io::Result<()> {
        self.out.write_all(self.text.as_bytes())?;
        self.text.clear();
        Ok(())
    }
}
