use crate::check::findings::Findings;
use crate::check::fixes::budget_bound;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::budgets::Covered;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "budget-allows-nothing",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a PodDisruptionBudget allows no pod to be evicted",
    harm: "Such a budget blocks everything that uses the eviction API: drains before an interruption, failback, \
           scale-down of on-demand nodes and upgrades. The cloud ignores budgets: it kills the pods together with \
           their VM. Percentages are rounded up: `minAvailable: 75%` of 3 pods means all 3.",
    detection: "`kubectl get poddisruptionbudgets -A` shows 0 under ALLOWED DISRUPTIONS while all pods are ready. \
                Drains end with `Cannot evict pod as it would violate the pod's disruption budget`.",
    remedy: "Use `maxUnavailable`, which allows at least one eviction at any number of replicas, or run more replicas. \
             A budget for a single pod is useless: remove it.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/: rounding, and drains that never complete",
        "kubernetes/kubernetes pkg/controller/disruption/disruption.go",
        "devantler-tech/platform#1880: minAvailable 1 over a workload of no or one pod",
    ],
    check: Check::Budgets(check),
};

const CHOICE: &str = "a percentage or more replicas remove it as well";

fn check(plan: &Plan, budgets: &[Covered<'_>], findings: &mut Findings<'_>) {
    for budget in budgets {
        if budget.found.is_some_and(|found| found.is_automatic) || !budget.is_countable() {
            continue;
        }
        let Some(most) = budget.most() else {
            continue;
        };
        if budget.allowed(most) == 0 && budget.allowed(most.max(1)) == 0 {
            report(plan, budget, most, findings);
        }
    }
}

fn report(plan: &Plan, budget: &Covered<'_>, most: i64, findings: &mut Findings<'_>) {
    let (names, bound) = (budget.names(), budget.bound());
    let is_to_come_back = budget.pods.iter().any(|pods| pods.prefers_spot(plan));
    let stuck = match most {
        _ if !is_to_come_back => "",
        1 => ", and the pod never returns to Spot",
        _ => ", and the pods never return to Spot",
    };
    let message = match most {
        0 => format!(
            "budget `{}` ({bound}) covers {names} with 0 replicas: once a first pod runs, it cannot be evicted",
            budget.name
        ),
        1 => format!(
            "budget `{}` ({bound}) forbids evicting the only pod of {names}: drains are blocked{stuck}",
            budget.name
        ),
        _ => format!(
            "budget `{}` ({bound}) forbids evicting any of the {most} pods of {names}: drains are blocked{stuck}",
            budget.name
        ),
    };
    let help = if most > 1 {
        "set `maxUnavailable: 1` or a percentage such as `maxUnavailable: 25%`"
    } else {
        "remove the budget, or run at least 2 replicas and set `maxUnavailable: 1`"
    };
    let level = if most == 0 {
        Severity::Warning
    } else {
        Severity::Error
    };
    // For a single pod this has the same effect as no budget, and it stays correct with more replicas.
    let fix = budget_bound::one_at_a_time(budget, most.max(1), findings.document);
    findings.at_budget(budget, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(fix).choice(CHOICE)
    });
}
