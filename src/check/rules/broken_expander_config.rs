use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "broken-expander-config",
    levels: &[Severity::Error, Severity::Warning],
    summary: "the autoscaler rejects the ConfigMap of the priority expander, or ignores a tier of it",
    harm: "A single mistake invalidates the whole ConfigMap: a key that is not an integer, a value that is not a list, \
           or a pattern that does not compile. The autoscaler then has no preference and picks any pool, at random. If \
           two tiers have the same number, only the last one counts. A tier below -1 never wins.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event `PriorityConfigMapInvalid`.",
    remedy: "Map each number to a list of regular expressions. Or let spotgen generate the ConfigMap: in \
             `spec.autoscaler.priorities` it accepts only what the autoscaler accepts.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `parsePrioritiesYAMLString` and \
         `BestOptions`",
        "kubernetes/autoscaler#8321: a name in place of a list",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for expander in &installed.priorities {
        for (level, problem) in &expander.problems {
            let message = match level {
                Severity::Error => {
                    format!(
                        "the autoscaler rejects these priorities and picks pools at random: {problem}"
                    )
                }
                _ => format!("a tier of the priority expander has no effect: {problem}"),
            };
            let location = expander.keys().and_then(|keys| keys.named_in(problem));
            findings.in_manifest(location.unwrap_or(expander.location()), message, |diagnostic| {
                diagnostic
                    .level(*level)
                    .help("map each number to a list of patterns, such as `20: [\"^aks-spot1-[0-9]+-vmss$\"]`")
                    .no_fix("only its author knows which node groups the priorities should match")
            });
        }
    }
}
