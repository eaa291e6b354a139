//! Whether what fixes have made is worse than what there was.

use crate::diagnostic::{Diagnostic, Report, Severity};

/// A finding of a rule, at this level or worse, that has more of them than before.
pub fn worse<'r>(before: &Report, after: &'r Report, least: Severity) -> Option<&'r Diagnostic> {
    let count = |report: &Report, rule: &str| {
        let found = report.iter().filter(|found| found.severity >= least);
        found.filter(|found| found.rule == rule).count()
    };
    let mut found = after.iter().filter(|found| found.severity >= least);
    found.find(|found| count(after, found.rule) > count(before, found.rule))
}
