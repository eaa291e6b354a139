//! Problems of a text that a program reads.

use crate::diagnostic::Severity;

/// A problem and its severity. With an error, the whole text has no effect.
pub type Problem = (Severity, String);

/// Whether the program accepts a text with these problems. It may ignore a part of it.
pub fn is_accepted(problems: &[Problem]) -> bool {
    problems.iter().all(|(level, _)| *level != Severity::Error)
}
