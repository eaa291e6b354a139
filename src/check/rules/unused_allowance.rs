use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;

pub(in crate::check) const RULE: Rule = Rule {
    id: "unused-allowance",
    level: Severity::Warning,
    summary: "a finding is accepted that there is not",
    harm: "An allowance that is no longer needed stays behind. When the fault that it names comes back, perhaps somewhere \
           else and for another reason, it is accepted without anybody having looked at it.",
    detection: "Take the allowance out and run `spotgen check` again: it reports nothing of that rule.",
    remedy: "Remove the entry from `spec.check.allow`, or the `--allow` from the command.",
    sources: &["A rule of spotgen's own, as `unused_allow` and the like of other checkers."],
    check: Check::Findings,
};
