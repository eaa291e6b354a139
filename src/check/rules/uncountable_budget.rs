use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::model::budgets::covered;

pub(super) const RULE: Rule = Rule {
    id: "uncountable-budget",
    level: Severity::Error,
    summary: "a budget by share or by `maxUnavailable` covers pods that Kubernetes cannot count",
    harm: "Kubernetes asks the controller of a pod how many pods there should be. A bare pod has none, and those of a \
           DaemonSet or Job do not say. The budget is then out of order, and no pod under it can be evicted.",
    detection: "`kubectl describe poddisruptionbudget` shows `found no controllers for pod` or `does not implement the scale \
                subresource`.",
    remedy: "Write `minAvailable` with a number, or leave the budget out.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors",
        "kubernetes/kubernetes pkg/controller/disruption/disruption.go, `getExpectedPodCount` and `failSafe`",
    ],
    check: Check::Workloads(check),
};

fn check(_: &System, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    for budget in covered(all) {
        if budget.is_countable() {
            continue;
        }
        let uncounted = budget.pods.iter().find(|pods| !pods.kind().is_counted());
        let Some(uncounted) = uncounted else {
            continue;
        };
        let message = format!(
            "budget `{}` has {}, and Kubernetes cannot count the pods of {} `{}`: none under it can be evicted",
            budget.name,
            budget.bound(),
            uncounted.kind().as_str(),
            uncounted.name()
        );
        let place = uncounted.found.map(|found| found.places.name);
        findings.at_budget(&budget, message, |diagnostic| {
            let diagnostic = match place {
                Some(place) => diagnostic.related(place, "its pods"),
                None => diagnostic,
            };
            diagnostic.help("write `minAvailable` with a number, or leave the budget out")
        });
    }
}
