//! What a format is.

use std::io::{self, Write};

use super::note::Note;
use crate::check::formats::Refusals;
use crate::components::System;
use crate::components::bundle::Bundle;
use crate::files::Files;

/// A way to write down what the chosen components make of a system.
#[derive(Debug)]
pub struct Format {
    /// As the command line has it.
    pub name: &'static str,
    /// One line for the help.
    pub about: &'static str,
    pub writer: Writer,
    /// Finds what it cannot say of a system; none for a format that can say everything. Nothing is written then.
    pub refusals: Option<Refusals>,
    /// What to know about what was written, each with the next command.
    pub notes: fn(&System, &Bundle<'_>) -> Vec<Note>,
}

/// How a format is written: a function of the system and the bundle. Whatever can be wrong for a user's reason was found
/// before.
#[derive(Clone, Copy, Debug)]
pub enum Writer {
    /// As text, piece by piece. False, and nothing written, when there is nothing to write: an empty stream would look
    /// like success to whoever it is piped to. It fails only when what it writes to fails.
    Stream(fn(&System, &Bundle<'_>, &mut dyn Write) -> io::Result<bool>),
    /// As files of a directory; none when there is nothing to write.
    Directory(fn(&System, &Bundle<'_>) -> Files),
}
