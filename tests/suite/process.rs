//! Programs as processes of their own: spotgen, and the tools that its outputs are for.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Where the program is.
pub(crate) const SPOTGEN: &str = env!("CARGO_BIN_EXE_spotgen");

/// A run of spotgen, to be described and started.
#[must_use]
pub(crate) struct Spotgen {
    command: Command,
    stdin: Vec<u8>,
}

/// spotgen with these arguments, and nothing on its standard input.
pub(crate) fn spotgen<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Spotgen {
    let mut command = Command::new(SPOTGEN);
    command
        .args(arguments)
        .env_remove("SPOTGEN_LOG")
        // Help is as wide as this says.
        .env_remove("COLUMNS");
    Spotgen {
        command,
        stdin: Vec::new(),
    }
}

impl Spotgen {
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn in_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = bytes.into();
        self
    }

    pub(crate) fn run(mut self) -> Output {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("spotgen can be started");
        let mut pipe = child.stdin.take().expect("a pipe");
        // It may end before it has read everything.
        let writer = std::thread::spawn(move || drop(pipe.write_all(&self.stdin)));
        let output = child.wait_with_output().expect("spotgen ends");
        writer.join().expect("the writer ends");
        output
    }

    /// For what is to be done with it otherwise.
    pub(crate) fn command(self) -> Command {
        self.command
    }
}

/// Runs a tool.
#[track_caller]
pub(crate) fn run(command: &mut Command) -> Output {
    command
        .output()
        .unwrap_or_else(|error| panic!("{command:?} does not start: {error}"))
}

/// The result that was printed.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What was printed for people.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Everything that was printed.
pub(crate) fn text(output: &Output) -> String {
    stdout(output) + &stderr(output)
}

#[track_caller]
pub(crate) fn passes(output: &Output) {
    assert!(output.status.success(), "{}", text(output));
}

/// Refused by the program's own judgement and with this message, not by a crash.
#[track_caller]
pub(crate) fn refused(output: &Output, message: &str) {
    let text = text(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(message), "no {message:?} in:\n{text}");
    assert!(!text.contains("Traceback"), "{text}");
}
