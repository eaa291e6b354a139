use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Kind;
use crate::diagnostic::{Edit, Fix, ManifestEdit, Pointer, Severity};
use crate::manifests::ManifestBudget;
use crate::model::budgets::Covered;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "uncountable-budget",
    levels: &[Severity::Error],
    summary: "a budget with a percentage or `maxUnavailable` covers pods that Kubernetes cannot count",
    harm: "For such a PodDisruptionBudget, Kubernetes asks the controller of each pod how many pods there should be. A \
           bare pod has no controller, and the controllers of DaemonSets and Jobs do not provide the number. The \
           budget then does not work, and no pod that it covers can be evicted.",
    detection: "`kubectl describe poddisruptionbudget` shows `found no controllers for pod` or `does not implement the \
                scale subresource`.",
    remedy: "Set `minAvailable` to a whole number, or remove the budget.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#arbitrary-controllers-and-selectors",
        "kubernetes/kubernetes pkg/controller/disruption/disruption.go, `getExpectedPodCount` and `failSafe`",
    ],
    check: Check::Budgets(check),
};

const CHOICE: &str = "without the budget, drains are not blocked either";

fn check(_: &Plan, budgets: &[Covered<'_>], findings: &mut Findings<'_>) {
    for budget in budgets {
        if budget.is_countable() {
            continue;
        }
        let uncounted = budget.pods.iter().find(|pods| !pods.kind().is_counted());
        let Some(uncounted) = uncounted else {
            continue;
        };
        let message = format!(
            "budget `{}` has {}, but Kubernetes cannot count the pods of {} `{}`: no pod that it covers can be evicted",
            budget.name,
            budget.bound(),
            uncounted.kind().as_str(),
            uncounted.name()
        );
        let location = uncounted.found.map(|found| found.locations.name);
        findings.at_budget(budget, message, |diagnostic| {
            let diagnostic = match location {
                Some(location) => diagnostic.related(location, "the budget covers these pods"),
                None => diagnostic,
            };
            let diagnostic =
                diagnostic.help("set `minAvailable` to a whole number, or remove the budget");
            match (budget.found, pods(budget)) {
                (Some(found), Some(pods)) => {
                    diagnostic.fix(keep(found, pods - budget.allowed(pods))).choice(CHOICE)
                }
                _ => diagnostic
                    .no_fix("the number of pods is not declared, so the bound cannot be converted to a number"),
            }
        });
    }
}

/// How many pods it covers, if this is declared.
fn pods(budget: &Covered<'_>) -> Option<i64> {
    let counts = budget.pods.iter().map(|pods| match pods.kind() {
        Kind::Pod => Some(1),
        Kind::Job | Kind::CronJob => pods.replicas(),
        _ => pods.least(),
    });
    counts.sum()
}

/// The same bound as an absolute number.
fn keep(budget: &ManifestBudget, pods: i64) -> Fix {
    let spec = Pointer::parse("/spec");
    let set = Edit::Set {
        pointer: spec.child("minAvailable"),
        value: pods.into(),
    };
    let remove = budget.max_unavailable.map(|_| Edit::Remove {
        pointer: spec.child("maxUnavailable"),
    });
    let object = budget.location;
    let edits = remove.into_iter().chain([set]);
    Fix::Manifest(edits.map(|edit| ManifestEdit { object, edit }).collect())
}
