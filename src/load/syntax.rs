//! Turns problems of the parser into findings.

use crate::diagnostic::Diagnostic;
use crate::yaml::Problem;

/// A problem of the parser as a finding.
pub fn syntax(problem: Problem) -> Diagnostic {
    let rule = if problem.is_fatal { "syntax" } else { "yaml" };
    let mut diagnostic = Diagnostic::error(rule, problem.message).at(problem.span);
    if let Some(help) = problem.help {
        diagnostic = diagnostic.help(help);
    }
    if let Some((span, what)) = problem.related {
        diagnostic = diagnostic.related(span, what);
    }
    diagnostic
}
