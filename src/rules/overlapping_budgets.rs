use std::collections::HashSet;

use super::{Check, Findings, Pods, Rule};
use crate::defaults;
use crate::diagnostic::Severity;
use crate::load::Document;
use crate::manifests::{BudgetIndex, FoundBudget, LabelSelector};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "overlapping-budgets",
    level: Severity::Error,
    summary: "two budgets cover the same pods, and so no pod can be evicted",
    harm: "The API server refuses to evict a pod that has more than one budget, whatever the budgets allow. Drains, failback \
           and scale-down all come to nothing for these pods. It often happens when a chart brings a budget and somebody \
           adds another.",
    detection: "Evictions fail with `This pod has more than one PodDisruptionBudget, which the eviction subresource does not \
                support`.",
    remedy: "Keep one budget for a pod: remove the other, or let their selectors tell their pods apart.",
    sources: &[
        "kubernetes/kubernetes pkg/registry/core/pod/storage/eviction.go",
        "kubernetes/kubernetes#113891, #117065",
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/: selectors must not overlap",
    ],
    check: Check::AllPods(check),
};

fn check(_: &Plan, all: &[Pods<'_>], findings: &mut Findings<'_>) {
    let made: Vec<FoundBudget> = all
        .iter()
        .filter_map(|pods| made(findings.document, *pods))
        .collect();
    let index = BudgetIndex::new(&made);
    let mut said: HashSet<(*const FoundBudget, *const FoundBudget)> = HashSet::new();
    for pods in all {
        let namespace = pods.namespace().unwrap_or(defaults::NAMESPACE);
        let found = pods.budget.into_iter().chain(pods.other_budget);
        let mut over = found.chain(index.over(namespace, pods.labels()));
        let (Some(first), Some(second)) = (over.next(), over.next()) else {
            continue;
        };
        if !said.insert((std::ptr::from_ref(first), std::ptr::from_ref(second))) {
            continue;
        }
        let message = format!(
            "budgets `{}` and `{}` both cover the pods of `{}`: none of these can ever be evicted",
            first.name,
            second.name,
            pods.name()
        );
        let pods = *pods;
        findings.in_manifest(second.place, message, |diagnostic| {
            let diagnostic = diagnostic.related(first.place, "the other one");
            let diagnostic = match pods.found {
                Some(found) => diagnostic.related(found.places.name, "its pods"),
                None => diagnostic,
            };
            diagnostic.help("keep one of the two, or let their selectors tell their pods apart")
        });
    }
}

/// The budget that is made for a workload, as if it had been found.
fn made(document: &Document<'_>, pods: Pods<'_>) -> Option<FoundBudget> {
    let workload = pods.planned?;
    let budget = workload.disruption_budget.as_ref()?;
    let place = match (workload.pointer(), pods.found) {
        (Some(pointer), _) => document.locate(&pointer.child("name")),
        (None, Some(found)) => found.places.name,
        (None, None) => return None,
    };
    Some(FoundBudget {
        name: budget.name.clone(),
        namespace: Some(workload.namespace.clone()),
        selector: Some(LabelSelector {
            match_labels: workload.selector.clone(),
            match_expressions: Vec::new(),
        }),
        min_available: budget.min_available,
        max_unavailable: budget.max_unavailable,
        has_unhealthy_policy: budget.unhealthy_pod_eviction_policy.is_some(),
        is_beta: false,
        is_automatic: false,
        place,
    })
}
