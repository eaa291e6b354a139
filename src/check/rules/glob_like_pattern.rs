use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::{MatchedBy, Plan};

pub(super) const RULE: Rule = Rule {
    id: "glob-like-pattern",
    levels: &[Severity::Warning],
    summary: "a pattern of the priority expander looks like a glob",
    harm: "Patterns are regular expressions: `spot*` means `spo` followed by any number of `t`, so it matches every \
           name that contains `spo`. This seems to work until a pool with another name is added.",
    detection: "Compare the pattern with the names of the node groups. `spotgen check` names the pools that no pattern \
                matches, or that the wrong one matches.",
    remedy: "Write `.*` where any text is meant, or a pattern for one node group: `^aks-spot1-[0-9]+-vmss$`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go: `regexp.Compile`",
        "https://github.com/google/re2/wiki/Syntax",
    ],
    check: Check::Priorities(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for tier in &plan.autoscaler.priorities {
        for (pattern, text) in tier.patterns.iter().enumerate() {
            let Some(repeated) = repeated_letter(text) else {
                continue;
            };
            let taken = MatchedBy {
                priority: tier.priority,
                pattern,
            };
            let message = format!(
                "pattern `{text}` is a regular expression, not a glob: `{repeated}*` means any number of `{repeated}`"
            );
            let pointer = pointers::pattern(taken.priority, taken.pattern);
            let cure = findings.wherever(Fix::set(pointer.clone(), with_any_text(text)));
            findings.at(&pointer, message, |diagnostic| {
                let help = format!("write `{repeated}.*` if any text may follow `{repeated}`");
                diagnostic.help(help).cure(cure)
            });
        }
    }
}

/// The letter or digit that a `*` repeats.
fn repeated_letter(text: &str) -> Option<char> {
    let star = stars(text).next()?;
    Some(char::from(text.as_bytes()[star - 1]))
}

/// The pattern with `.*` in place of each `*` that repeats a letter or digit.
fn with_any_text(text: &str) -> String {
    let mut whole = text.to_owned();
    let stars: Vec<usize> = stars(text).collect();
    for star in stars.into_iter().rev() {
        whole.insert(star, '.');
    }
    whole
}

/// The positions of each `*` that repeats a letter or digit.
fn stars(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    (1..bytes.len())
        .filter(|&at| bytes[at] == b'*' && bytes[at - 1].is_ascii_alphanumeric())
        // Not after an escape, such as `\d*`.
        .filter(|&at| at < 2 || bytes[at - 2] != b'\\')
}
