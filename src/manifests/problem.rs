//! What is wrong with a text that a program reads.

use crate::diagnostic::Severity;

/// What is wrong, and how bad that is: with an error all of the text has no effect.
pub type Problem = (Severity, String);

/// Whether a program takes a text against which it has this: it may pass over a part of it.
pub fn is_accepted(problems: &[Problem]) -> bool {
    problems.iter().all(|(level, _)| *level != Severity::Error)
}
