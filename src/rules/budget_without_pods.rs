use super::{Check, Findings, Rule};
use crate::components::placeholder_labels;
use crate::diagnostic::Severity;
use crate::manifests::{FoundBudget, Manifests};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "budget-without-pods",
    level: Severity::Warning,
    summary: "a budget covers no pods",
    harm: "A selector that matches nothing protects nothing, and nobody is told: all pods of the workload that it was meant \
           for can be evicted at once.",
    detection: "`kubectl get poddisruptionbudgets -A -o wide` shows 0 expected pods.",
    remedy: "Let the selector be that of the workload, `spec.selector`. A budget for pods that an operator makes is right if \
             the operator's pods have these labels: accept the finding.",
    sources: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    check: Check::Manifests(check),
};

fn check(plan: &Plan, manifests: &Manifests, findings: &mut Findings<'_>) {
    for budget in &manifests.budgets {
        let is_for_all = budget
            .selector
            .as_ref()
            .is_some_and(crate::manifests::LabelSelector::is_empty);
        if is_for_all || covers_any(plan, manifests, budget) {
            continue;
        }
        let message = match &budget.selector {
            Some(_) => format!("budget `{}` covers no pods of these manifests", budget.name),
            None => format!("budget `{}` selects no pods at all", budget.name),
        };
        findings.in_manifest(budget.place, message, |diagnostic| {
            diagnostic.help(
                "let its selector be the `spec.selector` of the workload that it is meant for",
            )
        });
    }
}

fn covers_any(plan: &Plan, manifests: &Manifests, budget: &FoundBudget) -> bool {
    let namespace = budget.namespace.as_deref();
    let mut found = manifests.workloads.iter();
    let of_workloads = found.any(|found| {
        let own = found.namespace.as_deref().or(namespace).unwrap_or_default();
        budget.covers(own, &found.pod_labels)
    });
    of_workloads
        || plan
            .workloads
            .iter()
            .any(|workload| budget.covers(&workload.namespace, &workload.selector))
        || plan
            .overprovisioner
            .as_ref()
            .is_some_and(|overprovisioner| {
                overprovisioner.placeholders.iter().any(|placeholder| {
                    let labels = placeholder_labels(overprovisioner, placeholder);
                    budget.covers(&overprovisioner.namespace, &labels)
                })
            })
}
