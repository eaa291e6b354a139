//! The program as a process of its own.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Runs it in a folder, with this on its standard input.
pub(crate) fn spotgen(folder: &Path, arguments: &[impl AsRef<OsStr>], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_spotgen"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("SPOTGEN_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("spotgen can be started");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = stdin.to_vec();
    // It may end before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().expect("spotgen ends");
    writer.join().expect("the writer ends");
    output
}

/// `spotgen check` in a folder.
pub(crate) fn check(folder: &Path, arguments: &[&str]) -> Output {
    spotgen(folder, &[&["check"], arguments].concat(), b"")
}
