use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;

pub(in crate::check) const RULE: Rule = Rule {
    id: "unused-allowance",
    levels: &[Severity::Warning],
    summary: "an allowance matches no finding",
    harm: "An allowance that is no longer needed stays in place. If the problem that it names returns, perhaps \
           elsewhere and for another reason, it is accepted without anybody having looked at it.",
    detection: "Remove the allowance and run `spotgen check` again: it reports no finding of that rule.",
    remedy: "Remove the entry from `spec.check.allow`, or the `--allow` from the command.",
    sources: &["A rule of spotgen's own, as `unused_allow` and the like of other checkers."],
    check: Check::Findings,
};
