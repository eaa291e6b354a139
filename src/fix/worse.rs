//! Whether what fixes have made is worse than what there was.

use crate::diagnostic::{Diagnostic, Report, Severity};

/// An allowance that nothing needs any more is what fixing leads to.
const EXPECTED: &str = "unused-allowance";

/// A finding at this level or worse, of a rule that has found more than before. One that was there at another level is
/// no new one.
pub fn worse<'r>(before: &Report, after: &'r Report, least: Severity) -> Option<&'r Diagnostic> {
    let count = |report: &Report, rule: &str, least: Severity| {
        let found = report.iter().filter(|found| found.severity >= least);
        found.filter(|found| found.rule == rule).count()
    };
    let found = after.iter().filter(|found| found.severity >= least);
    let mut more = found.filter(|found| {
        let now = count(after, found.rule, least);
        found.rule != EXPECTED && now > count(before, found.rule, Severity::Info)
    });
    let is_said_before = |found: &Diagnostic| {
        let mut before = before.iter();
        before.any(|own| own.rule == found.rule && own.message == found.message)
    };
    let first = more.next()?;
    let new = std::iter::once(first).chain(more);
    Some(
        new.into_iter()
            .find(|found| !is_said_before(found))
            .unwrap_or(first),
    )
}
