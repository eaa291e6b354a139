//! Buffers output until it is complete and known to be correct.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write};

/// Longer output goes to a temporary file.
const IN_MEMORY: usize = 1 << 20;

/// How much of the file is handed on at once.
const PIECE: usize = 256 << 10;

/// Keeps what is written to it until it is released.
pub(super) struct Spool {
    memory: Vec<u8>,
    /// Earlier output that was moved from memory, if a temporary file can be created.
    file: Option<File>,
    can_have_file: bool,
}

impl Spool {
    pub(super) fn new() -> Self {
        Self {
            memory: Vec::new(),
            file: None,
            can_have_file: true,
        }
    }

    /// Writes everything to `out`.
    pub(super) fn release(mut self, out: &mut impl Write) -> io::Result<()> {
        if let Some(mut file) = self.file.take() {
            file.seek(SeekFrom::Start(0))?;
            let mut piece = vec![0; PIECE];
            loop {
                match file.read(&mut piece)? {
                    0 => break,
                    length => out.write_all(&piece[..length])?,
                }
            }
        }
        out.write_all(&self.memory)
    }

    /// The temporary file, with everything so far in it. `None` if no temporary file can be created, for instance in a
    /// read-only container: the output then stays in memory.
    fn file(&mut self) -> io::Result<Option<&mut File>> {
        if self.file.is_none() && self.can_have_file {
            self.file = tempfile::tempfile().ok();
            self.can_have_file = self.file.is_some();
        }
        if let Some(file) = &mut self.file {
            file.write_all(&self.memory)?;
            self.memory.clear();
        }
        Ok(self.file.as_mut())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.memory.len() + bytes.len() > IN_MEMORY
            && let Some(file) = self.file()?
            && bytes.len() > IN_MEMORY
        {
            file.write_all(bytes)?;
        } else {
            self.memory.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_comes_out() {
        for length in [0, 1, IN_MEMORY, IN_MEMORY + 1, 3 * IN_MEMORY + 7] {
            let text: Vec<u8> = (0..length)
                .map(|at| u8::try_from(at % 251).expect("small"))
                .collect();
            let mut spool = Spool::new();
            for part in text.chunks(100_000).chain([text.as_slice()]) {
                spool.write_all(part).expect("it can be kept");
            }
            let mut out = Vec::new();
            spool.release(&mut out).expect("memory can be written");
            assert!(out == [text.as_slice(), &text].concat(), "{length} bytes");
        }
    }
}
