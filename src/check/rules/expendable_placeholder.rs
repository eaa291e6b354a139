use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    id: "expendable-placeholder",
    level: Severity::Error,
    summary: "placeholders are below what the autoscaler looks at",
    harm: "The autoscaler ignores pods with a priority below -10: a pending placeholder brings no node, and a \
           running one keeps none. Nothing holds room, and nothing wakes Spot from 0. On AKS the limit cannot be \
           moved.",
    detection: "Placeholders stay Pending without any event of the autoscaler.",
    remedy: "Use a value from -10 to -1. The value of a priority class cannot be changed: give the class another \
             name.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/core/utils/expendable.go and \
         `--expendable-pods-priority-cutoff`",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: no scale-up for a priority \
         below -10",
    ],
    check: Check::System(check),
};

/// `--expendable-pods-priority-cutoff`.
const CUTOFF: i32 = -10;

fn check(system: &System, findings: &mut Findings<'_>) {
    for (at, placeholder) in system.placeholders() {
        let class = &placeholder.priority_class;
        if class.value >= CUTOFF {
            continue;
        }
        let message = format!(
            "placeholders `{}` have the priority {}: the autoscaler ignores pods below {CUTOFF}",
            placeholder.name, class.value
        );
        let pointer = pointers::priority(findings.document, at);
        findings.at(&pointer, message, |diagnostic| {
            diagnostic.help("use -10 to -1, and another name for the class: the value of a class cannot be changed")
        });
    }
}
