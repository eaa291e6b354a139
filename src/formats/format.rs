//! The description of a format.

use std::io::{self, Write};

use super::note::Note;
use crate::check::formats::Refusals;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::files::Files;

/// A way to write the output of the selected components.
#[derive(Debug)]
pub struct Format {
    /// The name on the command line.
    pub name: &'static str,
    /// One line for the help text.
    pub about: &'static str,
    pub writer: Writer,
    /// Whether the output depends on the workloads, rather than on pools and classes alone.
    pub reads_workloads: bool,
    /// Finds what the format cannot express; nothing is written then. `None` for a format that can express everything.
    pub refusals: Option<Refusals>,
    /// Notes about the output, each with the next command.
    pub notes: fn(&System, &Bundle<'_>) -> Vec<Note>,
}

/// Writes text, and says whether there was any.
type Streamed = fn(&System, &Bundle<'_>, &mut dyn Write) -> io::Result<bool>;

/// How a format is written: a function of the system and the bundle. All user errors have been found before.
#[derive(Clone, Copy, Debug)]
pub enum Writer {
    /// As text, piece by piece. Returns false, and writes nothing, if there is nothing to write: an empty stream would
    /// look like success to the program that reads it. It fails only if its output fails.
    Stream(Streamed),
    /// As files of a directory; empty if there is nothing to write.
    Directory(fn(&System, &Bundle<'_>) -> Files),
    /// As text, or where the output is a directory, as a file for each component.
    Either {
        stream: Streamed,
        files: fn(&System, &Bundle<'_>) -> Files,
    },
}
