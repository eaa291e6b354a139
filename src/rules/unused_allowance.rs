use super::{Allowances, Check, Findings, Rule};
use crate::diagnostic::{Pointer, Report, Severity};

pub(super) const RULE: Rule = Rule {
    id: "unused-allowance",
    level: Severity::Warning,
    summary: "a finding is accepted that there is not",
    harm: "An allowance that is no longer needed stays behind. When the fault that it names comes back, perhaps somewhere \
           else and for another reason, it is accepted without anybody having looked at it.",
    detection: "Take the allowance out and run `spotgen check` again: it reports nothing of that rule.",
    remedy: "Remove the entry from `spec.check.allow`, or the `--allow` from the command.",
    sources: &["A rule of spotgen's own, as `unused_allow` and the like of other checkers."],
    check: Check::Report(check),
};

fn check(allowances: &Allowances<'_>, report: &Report, findings: &mut Findings<'_>) {
    let is_unused = |id: &str| {
        id != RULE.id
            && allowances.could_find(id)
            && !report.iter().any(|diagnostic| diagnostic.rule == id)
    };
    let message = |id: &str| format!("`{id}` is allowed, and there is nothing of it");
    for (at, id) in allowances.in_config.iter().enumerate() {
        if is_unused(id) {
            let pointer = Pointer::parse("/spec/check/allow").child(at).child("rule");
            findings.at(&pointer, message(id), |diagnostic| {
                diagnostic.help("take the entry out, or a new fault of this kind will go unseen")
            });
        }
    }
    for id in &allowances.in_arguments {
        if is_unused(id) {
            findings.nowhere(message(id), |diagnostic| {
                diagnostic.help(format!("leave `--allow {id}` out"))
            });
        }
    }
}
