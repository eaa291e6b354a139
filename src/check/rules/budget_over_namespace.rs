use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use std::collections::HashMap;

use crate::components::{Installed, System};
use crate::diagnostic::Severity;
use crate::manifests::LabelSelector;

pub(super) const RULE: Rule = Rule {
    id: "budget-over-namespace",
    level: Severity::Warning,
    summary: "a budget covers every pod of its namespace",
    harm: "An empty selector means all pods. The workloads of the namespace share one budget: while the pods of one are not \
           ready, those of another cannot be evicted. And a second budget for any of them stops every eviction.",
    detection: "`kubectl get poddisruptionbudget NAME -o jsonpath={.status.expectedPods}` is the number of all pods.",
    remedy: "Give each workload a budget of its own.",
    sources: &[
        "kubernetes/api policy/v1/types.go: an empty selector selects all pods in the namespace",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let mut counts: HashMap<Option<&str>, usize> = HashMap::new();
    for found in &installed.manifests.workloads {
        *counts.entry(found.namespace.as_deref()).or_default() += 1;
    }
    for budget in &installed.manifests.budgets {
        if !budget
            .selector
            .as_ref()
            .is_some_and(LabelSelector::is_empty)
        {
            continue;
        }
        let count = counts.get(&budget.namespace.as_deref());
        let count = count.copied().unwrap_or(0);
        if count < 2 {
            continue;
        }
        let message = format!(
            "budget `{}` covers all {count} workloads of its namespace together",
            budget.name
        );
        findings.in_manifest(budget.location, message, |diagnostic| {
            diagnostic
                .help("give each workload a budget of its own")
                .no_fix("each workload needs a budget of its own, and only its owner knows how many pods it can spare")
        });
    }
}
