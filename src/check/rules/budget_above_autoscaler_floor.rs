use crate::check::findings::Findings;
use crate::check::fixes::budget_bound;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::budgets::Covered;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "budget-above-autoscaler-floor",
    levels: &[Severity::Error],
    summary: "a PodDisruptionBudget allows no eviction once the autoscaler has scaled down",
    harm: "When load is low and the autoscaler keeps its minimum number of pods, the budget requires all of them. \
           Until load returns, drains, failback and scale-down are blocked.",
    detection: "`kubectl get poddisruptionbudgets -A` shows 0 under ALLOWED DISRUPTIONS in quiet hours.",
    remedy: "Use `maxUnavailable`, or keep `minAvailable` below the autoscaler's minimum.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
        "kubernetes/autoscaler#1298",
    ],
    check: Check::Budgets(check),
};

const CHOICE: &str = "a percentage or a higher minimum of the autoscaler removes it as well";

fn check(_: &Plan, budgets: &[Covered<'_>], findings: &mut Findings<'_>) {
    for budget in budgets {
        if budget.found.is_some_and(|found| found.is_automatic) || !budget.is_countable() {
            continue;
        }
        let (Some(least), Some(most)) = (budget.least(), budget.most()) else {
            continue;
        };
        // On its way to 0 pods the autoscaler still passes 1.
        let floor = least.max(1);
        if least == most || budget.allowed(most) == 0 || budget.allowed(floor) > 0 {
            continue;
        }
        let message = format!(
            "budget `{}` ({}) allows no eviction when the autoscaler has scaled {} down to {floor} of {most} pods",
            budget.name,
            budget.bound(),
            budget.names()
        );
        let location = budget
            .pods
            .iter()
            .find_map(|pods| Some(pods.found?.locations.autoscaling))
            .filter(|_| budget.found.is_some());
        let fix = budget_bound::one_at_a_time(budget, floor, findings.document);
        findings.at_budget(budget, message, |diagnostic| {
            let diagnostic = match location {
                Some(location) => diagnostic.related(location, "the workload's autoscaler"),
                None => diagnostic,
            };
            diagnostic
                .help("set `maxUnavailable: 1` or a percentage such as `maxUnavailable: 25%`, or raise the \
                       autoscaler's minimum")
                .cure(fix).choice(CHOICE)
        });
    }
}
