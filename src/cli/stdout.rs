//! Writes results to stdout.

#[cfg(unix)]
use std::fs::File;
use std::io::{self, Write};
#[cfg(unix)]
use std::os::fd::AsFd as _;

use crate::diagnostic::Failure;

/// Writes a result to stdout.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_with(|out| out.write_all(text.as_bytes()).map(|()| true)).map(|_| ())
}

/// Lets `write` write a result to stdout, and returns whether there was one.
pub(super) fn print_with(
    write: impl FnOnce(&mut dyn Write) -> io::Result<bool>,
) -> Result<bool, Failure> {
    let written = unbuffered().and_then(|mut stdout| {
        let has_written = write(&mut stdout)?;
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

/// Stdout without the buffer of the standard library, which cuts what it is given behind the last line.
#[cfg(unix)]
fn unbuffered() -> io::Result<File> {
    Ok(File::from(io::stdout().as_fd().try_clone_to_owned()?))
}

/// The console of Windows takes text, not bytes: the standard library makes one of the other.
#[cfg(not(unix))]
fn unbuffered() -> io::Result<impl Write> {
    Ok(io::stdout().lock())
}
