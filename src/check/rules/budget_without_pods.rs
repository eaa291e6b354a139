use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use std::collections::HashSet;

use crate::components::{Installed, System, placeholder_labels};
use crate::defaults;
use crate::diagnostic::Severity;
use crate::kubernetes::Labels;
use crate::manifests::{BudgetIndex, FoundBudget, LabelSelector, Manifests};

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
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let _plan = &system.plan;
    let covering = covering(system, installed.manifests);
    // What names no namespace may be applied to any.
    let is_open = installed
        .manifests
        .workloads
        .iter()
        .any(|found| found.namespace.is_none());
    for budget in &installed.manifests.budgets {
        let is_for_all = budget
            .selector
            .as_ref()
            .is_some_and(LabelSelector::is_empty);
        let is_elsewhere = is_open && budget.namespace.is_some() && budget.selector.is_some();
        if is_for_all || is_elsewhere || covering.contains(&std::ptr::from_ref(budget)) {
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

/// The budgets that cover a workload, or placeholders.
fn covering(system: &System, manifests: &Manifests) -> HashSet<*const FoundBudget> {
    let plan = &system.plan;
    let index = BudgetIndex::new(&manifests.budgets);
    let mut covering = HashSet::new();
    let mut add = |namespace: &str, labels: &Labels| {
        covering.extend(index.over(namespace, labels).map(std::ptr::from_ref));
    };
    for found in &manifests.workloads {
        let namespace = found.namespace.as_deref().unwrap_or(defaults::NAMESPACE);
        add(namespace, &found.pod_labels);
    }
    for workload in &plan.workloads {
        add(&workload.namespace, &workload.selector);
    }
    if let Some(overprovisioner) = &system.overprovisioner {
        for placeholder in &overprovisioner.placeholders {
            let labels = placeholder_labels(overprovisioner, placeholder);
            add(&overprovisioner.namespace, &labels);
        }
    }
    covering
}
