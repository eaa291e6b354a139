use foldhash::{HashSet, HashSetExt as _};
use serde_json::json;

use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System, placeholder_labels};
use crate::defaults;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::LabelSelector;
use crate::kubernetes::Labels;
use crate::manifests::{BudgetIndex, ManifestBudget, ManifestOwner, ManifestWorkload, Manifests};

pub(super) const RULE: Rule = Rule {
    id: "budget-without-pods",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a PodDisruptionBudget covers no pods",
    harm: "A selector that matches nothing protects nothing, and nothing reports it. All pods of the workload that the \
           budget is meant for can be evicted at once.",
    detection: "`kubectl get poddisruptionbudgets -A -o wide` shows 0 expected pods.",
    remedy: "Use the workload's `spec.selector` as the budget's selector. A budget for pods that an operator creates \
             is correct if those pods have the selected labels. If the manifests contain objects of an operator in the \
             budget's namespace, the finding is an info.",
    sources: &["https://kubernetes.io/docs/tasks/run-application/configure-pdb/"],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let index = BudgetIndex::new(&installed.manifests.budgets);
    let covering = covering(system, installed.manifests, &index);
    // A workload without a namespace may be applied to any namespace.
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
            Some(_) => format!(
                "budget `{}` protects nothing: its selector matches no pods of these manifests",
                budget.name
            ),
            None => format!(
                "budget `{}` protects nothing: it has no selector and covers no pods",
                budget.name
            ),
        };
        let location = findings.part_of_budget(budget, &["selector"]);
        findings.in_manifest(location, message, |diagnostic| {
            let diagnostic = diagnostic.help(
                "set its selector to the `spec.selector` of the workload that it is meant for",
            );
            let named = selector_by_name(budget, installed.manifests, &index);
            let owner = owner(budget, installed.manifests).filter(|_| named.is_none());
            let diagnostic = match owner {
                Some(owner) => diagnostic.level(Severity::Info).help(format!(
                    "the operator of {} may make pods with these labels: check them in the cluster",
                    owner.kind
                )),
                None => diagnostic,
            };
            match named {
                Some(labels) => diagnostic.fix(Fix::manifest(budget.location, select(labels))),
                None => diagnostic
                    .no_fix("only its author knows which workload the budget is meant for"),
            }
        });
    }
}

/// An object whose operator may make the pods of a budget.
fn owner<'m>(budget: &ManifestBudget, manifests: &'m Manifests) -> Option<&'m ManifestOwner> {
    budget.selector.as_ref()?;
    let mut owners = manifests.owners.iter();
    owners.find(|owner| {
        owner.namespace.is_none()
            || budget.namespace.is_none()
            || owner.namespace == budget.namespace
    })
}

/// The selector of the only workload that the budget is named after: `web-pdb` belongs to `web`. None if that workload
/// has another budget: this one may be a leftover.
fn selector_by_name<'m>(
    budget: &ManifestBudget,
    manifests: &'m Manifests,
    index: &BudgetIndex<'_>,
) -> Option<&'m Labels> {
    let is_called_after = |found: &&ManifestWorkload| {
        let rest = budget.name.strip_prefix(&found.name);
        budget.namespace == found.namespace
            && rest.is_some_and(|rest| matches!(rest, "" | "-pdb" | "-budget"))
    };
    let mut named = manifests.workloads.iter().filter(is_called_after);
    let found = named.next()?;
    let has_budget = index.cover(found.namespace.as_deref(), &found.pod_labels);
    let is_certain = named.next().is_none() && !has_budget;
    found.selector.as_ref().filter(|_| is_certain)
}

fn select(labels: &Labels) -> Edit {
    Edit::Set {
        pointer: Pointer::parse("/spec/selector"),
        value: json!({"matchLabels": labels}),
    }
}

/// The budgets that cover a workload or placeholders.
fn covering(
    system: &System,
    manifests: &Manifests,
    index: &BudgetIndex<'_>,
) -> HashSet<*const ManifestBudget> {
    let plan = &system.plan;
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
