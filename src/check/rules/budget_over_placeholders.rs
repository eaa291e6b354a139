use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use serde_json::json;

use crate::components::{Installed, System, placeholder_labels};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::kubernetes::{Labels, NAME_LABEL};
use crate::manifests::{Covers as _, ManifestBudget};

pub(super) const RULE: Rule = Rule {
    id: "budget-over-placeholders",
    levels: &[Severity::Warning],
    summary: "a PodDisruptionBudget covers the placeholders",
    harm: "The budget keeps the autoscaler from removing nodes that hold nothing but placeholders, and drains wait for \
           it. Preemption ignores it, so it protects nothing. A budget with an empty selector covers everything in its \
           namespace.",
    detection: "`kubectl get pdb -A` shows a budget whose `ALLOWED DISRUPTIONS` counts placeholders.",
    remedy: "Narrow the budget's selector to the pods it is meant for, or move the placeholders to their own \
             namespace.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/simulator/drainability/rules/pdb",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/: PodDisruptionBudget \
         is supported, but not guaranteed",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for budget in &installed.manifests.budgets {
        if let Some((name, labels)) = covered(budget, system, installed) {
            judge((budget, &name), labels, installed, findings);
        }
    }
}

/// The placeholders that a budget covers, and the labels that spotgen gives them: those that it makes, or those that
/// somebody else has installed.
fn covered(
    budget: &ManifestBudget,
    system: &System,
    installed: &Installed<'_>,
) -> Option<(String, Option<Labels>)> {
    let planned = || {
        let overprovisioner = system.overprovisioner.as_ref()?;
        let mut placeholders = overprovisioner.placeholders.iter();
        placeholders.find_map(|placeholder| {
            let labels = placeholder_labels(overprovisioner, placeholder);
            let namespace = Some(overprovisioner.namespace.as_str());
            let covers = budget.namespace.is_some() && budget.covers(namespace, &labels);
            covers.then(|| (placeholder.name.clone(), Some(labels)))
        })
    };
    let found = || {
        let mut placeholders = installed.placeholders().filter(|found| !found.is_off());
        let found = placeholders
            .find(|found| budget.covers(found.namespace.as_deref(), &found.pod_labels))?;
        Some((found.name.clone(), None))
    };
    planned().or_else(found)
}

fn judge(
    (budget, name): (&ManifestBudget, &str),
    labels: Option<Labels>,
    installed: &Installed<'_>,
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "budget `{}` covers placeholders `{name}`, so nodes that hold only placeholders are not scaled down",
        budget.name
    );
    let selector = budget.selector.as_ref();
    let is_for_them = selector.is_none_or(|selector| !selector.match_labels.is_empty());
    let mut others = installed.manifests.workloads.iter();
    let covers_others = others.any(|found| {
        let is_covered = budget.covers(found.namespace.as_deref(), &found.pod_labels);
        is_covered
            && installed
                .placeholders()
                .all(|own| own.location != found.location)
    });
    let location = findings.part_of_budget(budget, &["selector"]);
    findings.in_manifest(location, message, |diagnostic| {
        let diagnostic = diagnostic.help(
            "narrow its selector to the pods it is meant for, or move the placeholders to their own namespace",
        );
        if is_for_them {
            return diagnostic.no_fix("the budget is meant for placeholders, and only its author knows whether other pods \
                                      need it");
        }
        if !covers_others {
            return diagnostic.no_fix("it covers nothing else in these manifests, and only its author knows what it is \
                                      meant for");
        }
        match labels {
            Some(labels) => diagnostic.fix(Fix::manifest(budget.location, all_but_placeholders(&labels))),
            None => diagnostic.no_fix("only the author of the placeholders knows by which labels they can be told"),
        }
    });
}

/// All placeholders share one value of this label; other pods have another value or none.
fn all_but_placeholders(labels: &Labels) -> Edit {
    Edit::Append {
        pointer: Pointer::parse("/spec/selector/matchExpressions"),
        value: json!({"key": NAME_LABEL, "operator": "NotIn", "values": [labels.get(NAME_LABEL)]}),
    }
}
