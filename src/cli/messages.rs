//! Everything that is said to people. It is gathered and written once, to stderr and to the log file.

use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use crate::diagnostic::{Failure, Report};
use crate::formats::Note;
use crate::reporters::text;
use crate::source::Sources;

/// What a run has to say, twice: for a terminal, and plain for a file.
#[derive(Debug, Default)]
pub(super) struct Messages {
    said: Vec<Said>,
}

#[derive(Debug)]
struct Said {
    /// None where nobody would see the colours.
    styled: Option<String>,
    plain: String,
}

impl Messages {
    pub(super) fn report(&mut self, report: &Report, sources: &Sources) {
        if !report.is_empty() {
            self.say(|colour| text::render(report, sources, colour));
        }
    }

    pub(super) fn failure(&mut self, failure: &Failure) {
        self.say(|colour| text::render_failure(failure, colour));
    }

    pub(super) fn note(&mut self, note: &Note) {
        self.say(|colour| text::render_note(&note.message, note.next.as_deref(), colour));
    }

    /// Text as it is.
    pub(super) fn lines(&mut self, text: &str) {
        self.say(|_| text.to_owned());
    }

    fn say(&mut self, render: impl Fn(bool) -> String) {
        self.said.push(Said {
            styled: wants_colour(io::stderr().is_terminal()).then(|| render(true)),
            plain: render(false),
        });
    }

    pub(super) fn write(&self, log: Option<&Path>) -> io::Result<()> {
        let colour = wants_colour(io::stderr().is_terminal());
        let joined = |colour: bool| {
            self.said.iter().map(move |said| {
                let styled = said.styled.as_ref().filter(|_| colour);
                styled.unwrap_or(&said.plain).as_str()
            })
        };
        io::stderr()
            .lock()
            .write_all(joined(colour).collect::<String>().as_bytes())?;
        if let Some(path) = log {
            let written = OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .and_then(|mut file| file.write_all(joined(false).collect::<String>().as_bytes()));
            if let Err(error) = written {
                let failure = Failure::new(format!(
                    "cannot write the log file {}: {error}",
                    path.display()
                ));
                io::stderr()
                    .lock()
                    .write_all(text::render_failure(&failure, colour).as_bytes())?;
                return Err(error);
            }
        }
        Ok(())
    }
}

/// Only on a terminal, and not where the user wants none (<https://no-color.org>).
pub(super) fn wants_colour(is_terminal: bool) -> bool {
    is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
