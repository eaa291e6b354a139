use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "broken-expander-config",
    level: Severity::Error,
    summary: "the autoscaler drops the priorities of a ConfigMap",
    harm: "One mistake voids the whole of it: a key that is no whole number, a value that is no list, a pattern \
           that does not compile. The autoscaler then prefers nothing and takes any pool, at random. Of two tiers of \
           one number the last one counts, and a tier below -1 never wins.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event `PriorityConfigMapInvalid`.",
    remedy: "Write numbers with lists of regular expressions, or let spotgen make the ConfigMap: of \
             `spec.autoscaler.priorities` it accepts only what the autoscaler will.",
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
                    format!("the autoscaler drops these priorities and takes any pool: {problem}")
                }
                _ => problem.clone(),
            };
            let location = expander.keys().and_then(|keys| keys.named_in(problem));
            findings.in_manifest(location.unwrap_or(expander.location()), message, |diagnostic| {
                diagnostic
                    .level(*level)
                    .help("write a list of patterns under each number: `20: [\"^aks-spot1-[0-9]+-vmss$\"]`")
                    .no_fix("only its author knows which node groups were meant")
            });
        }
    }
}
