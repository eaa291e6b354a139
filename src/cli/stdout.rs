//! Writes results to stdout.

use std::io::{self, Write};

use crate::diagnostic::Failure;

/// Writes a result to stdout.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_with(|out| out.write_all(text.as_bytes()).map(|()| true)).map(|_| ())
}

/// Lets `write` write a result to stdout, and returns whether there was one.
pub(super) fn print_with(
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<bool, Failure> {
    let mut stdout = io::stdout().lock();
    let written = write(&mut stdout).and_then(|has_written| {
        stdout.flush()?;
        Ok(has_written)
    });
    match written {
        // A reader that stops early (`| head`) is not a failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        Err(error) => Err(Failure::new(format!("cannot write to stdout: {error}"))),
        Ok(has_written) => Ok(has_written),
    }
}
