//! Messages for people. They are collected and written once, to stderr and to the log file.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use crate::diagnostic::{Failure, Report};
use crate::formats::Note;
use crate::reporters::{Style, Verbosity, text};
use crate::source::Sources;
use crate::values::shell::word;

/// What a run has to say, twice: for a terminal, and plain for a file.
#[derive(Debug)]
pub(super) struct Messages {
    style: Style,
    /// The words of the command line.
    command: Vec<OsString>,
    all: Vec<Message>,
}

#[derive(Debug)]
struct Message {
    /// As the terminal shows it.
    shown: String,
    /// As it is in a file, where that is something else.
    plain: Option<String>,
}

impl Messages {
    pub(super) fn new(style: Style, command: Vec<OsString>) -> Self {
        Self {
            style,
            command,
            all: Vec::new(),
        }
    }

    /// The command that was run, for a shell, without one of its flags.
    pub(super) fn command_without(&self, flag: &str) -> String {
        let arguments = self.command.iter().skip(1).filter(|word| *word != flag);
        let arguments = arguments.map(|argument| word(&argument.to_string_lossy()));
        let words = std::iter::once("spotgen".to_owned()).chain(arguments);
        words.collect::<Vec<_>>().join(" ")
    }

    pub(super) fn verbosity(&self) -> Verbosity {
        self.style.verbosity
    }

    pub(super) fn report(&mut self, report: &Report, sources: &Sources) {
        if !report.is_empty() {
            self.add(|style| text::render(report, sources, style));
        }
    }

    pub(super) fn failure(&mut self, failure: &Failure) {
        self.add(|style| text::render_failure(failure, style));
    }

    pub(super) fn note(&mut self, note: &Note) {
        if self.style.verbosity != Verbosity::Quiet {
            self.add(|style| text::render_note(&note.message, note.next.as_deref(), style));
        }
    }

    /// Adds text verbatim.
    pub(super) fn lines(&mut self, text: &str) {
        self.add(|_| text.to_owned());
    }

    /// Adds lines as wide as the terminal; what goes on in the next line is indented.
    pub(super) fn wrapped(&mut self, lines: &str) {
        self.add(|style| text::render_lines(lines, style));
    }

    fn add(&mut self, render: impl Fn(Style) -> String) {
        let style = self.style;
        let plain = Style {
            color: false,
            width: None,
            ..style
        };
        self.all.push(Message {
            shown: render(style),
            plain: (style.color || style.width.is_some()).then(|| render(plain)),
        });
    }

    pub(super) fn write(&self, log: Option<&Path>) -> io::Result<()> {
        let shown: String = self.all.iter().map(|own| own.shown.as_str()).collect();
        io::stderr().lock().write_all(shown.as_bytes())?;
        if let Some(path) = log {
            let written = OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| {
                    let plain = self.all.iter();
                    let plain = plain.map(|own| own.plain.as_ref().unwrap_or(&own.shown).as_str());
                    file.write_all(plain.collect::<String>().as_bytes())
                });
            if let Err(error) = written {
                let failure = Failure::new(format!(
                    "cannot write the log file {}: {error}",
                    path.display()
                ));
                io::stderr()
                    .lock()
                    .write_all(text::render_failure(&failure, self.style).as_bytes())?;
                return Err(error);
            }
        }
        Ok(())
    }
}
