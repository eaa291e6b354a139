use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::TakenBy;

pub(super) const RULE: Rule = Rule {
    id: "glob-like-pattern",
    level: Severity::Warning,
    summary: "a pattern of the priority expander looks like a glob",
    harm: "Patterns are regular expressions: `spot*` means `spo` and any number of `t`, and so takes everything \
           with `spo` in its name. It seems to work until a pool of another name comes along.",
    detection: "Compare the pattern with the names of the node groups: `spotgen check` names the pools that no \
                pattern takes, or the wrong one.",
    remedy: "Write `.*` where any text is meant, or a pattern for one node group: `^aks-spot1-[0-9]+-vmss$`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go: `regexp.Compile`",
        "https://github.com/google/re2/wiki/Syntax",
    ],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    for tier in &plan.autoscaler.priorities {
        for (pattern, text) in tier.patterns.iter().enumerate() {
            let Some(repeated) = repeated_letter(text) else {
                continue;
            };
            let taken = TakenBy {
                priority: tier.priority,
                pattern,
            };
            let message = format!(
                "`{text}` is a regular expression, in which `{repeated}*` means any number of `{repeated}`"
            );
            findings.at(
                &pointers::pattern(taken.priority, taken.pattern),
                message,
                |diagnostic| {
                    diagnostic.help(format!(
                        "any text is `.*`: write `{repeated}.*` if that is meant"
                    ))
                },
            );
        }
    }
}

/// The letter or digit that a `*` repeats.
fn repeated_letter(text: &str) -> Option<char> {
    let bytes = text.as_bytes();
    (1..bytes.len())
        .filter(|&at| bytes[at] == b'*' && bytes[at - 1].is_ascii_alphanumeric())
        // An escape, such as `\d*`.
        .find(|&at| at < 2 || bytes[at - 2] != b'\\')
        .map(|at| char::from(bytes[at - 1]))
}
