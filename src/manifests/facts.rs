//! Reads the facts of a workload so that one that cannot be read leaves the others.

use super::shape::Reader;
use super::unread::{Fact, Unread};
use crate::diagnostic::Severity;

const REST: &str = "until then, what depends on it is not checked, and the rest of the workload is";

/// Facts that are judged each by itself.
pub(super) struct Facts {
    pub(super) unread: Unread,
    /// The number of problems with them.
    pub(super) problems: usize,
}

impl Facts {
    pub(super) fn new(unread: Unread) -> Self {
        Self {
            unread,
            problems: 0,
        }
    }

    /// Reads one. Where it cannot be read, it is not what is assumed without it.
    pub(super) fn read<'r, T>(
        &mut self,
        reader: &mut Reader<'r>,
        fact: Fact,
        read: impl FnOnce(&mut Reader<'r>) -> T,
    ) -> T {
        let before = (reader.problems(), reader.report.len());
        let value = read(reader);
        let problems = reader.problems() - before.0;
        if problems > 0 {
            self.unread.add(fact);
            self.problems += problems;
            for problem in reader.report.iter_mut().skip(before.1) {
                if problem.severity == Severity::Error {
                    problem.help.push(REST.to_owned());
                }
            }
        }
        value
    }
}
