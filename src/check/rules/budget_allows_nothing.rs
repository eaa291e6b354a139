use crate::check::findings::Findings;
use crate::check::fixes::budget_bound;
use crate::check::rule::{Check, Rule};
use crate::diagnostic::Severity;
use crate::model::WorkloadView;
use crate::model::budgets::{Covered, covered};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "budget-allows-nothing",
    level: Severity::Error,
    summary: "a budget lets no pod be evicted",
    harm: "Nothing that asks before it evicts gets past such a budget: no drain before an interruption, no failback, no \
           scale-down of an on-demand node, no upgrade. The cloud does not ask: the pods are killed with their VM. Shares \
           are rounded up: `minAvailable: 75%` of 3 pods is all 3.",
    detection: "`kubectl get poddisruptionbudgets -A` shows 0 under ALLOWED DISRUPTIONS while all pods are ready; drains end \
                with `Cannot evict pod as it would violate the pod's disruption budget`.",
    remedy: "Use `maxUnavailable`, which lets at least one pod go at any number of replicas, or run more replicas. A budget \
             over a single pod is of no use: leave it out.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/: rounding, and drains that never complete",
        "kubernetes/kubernetes pkg/controller/disruption/disruption.go",
        "devantler-tech/platform#1880: minAvailable 1 over a workload of no or one pod",
    ],
    check: Check::Workloads(check),
};

fn check(plan: &Plan, all: &[WorkloadView<'_>], findings: &mut Findings<'_>) {
    for budget in covered(all) {
        if budget.found.is_some_and(|found| found.is_automatic) || !budget.is_countable() {
            continue;
        }
        let Some(most) = budget.most() else {
            continue;
        };
        if budget.allowed(most) == 0 && budget.allowed(most.max(1)) == 0 {
            report(plan, &budget, most, findings);
        }
    }
}

fn report(plan: &Plan, budget: &Covered<'_>, most: i64, findings: &mut Findings<'_>) {
    let (names, bound) = (budget.names(), budget.bound());
    let is_to_come_back = budget.pods.iter().any(|pods| pods.prefers_spot(plan));
    let stuck = match most {
        _ if !is_to_come_back => "",
        1 => ", and does not come back to Spot",
        _ => ", and none comes back to Spot",
    };
    let message = match most {
        0 => format!(
            "budget `{}` has {bound} over {names}, which has no pods: the first one that comes cannot be evicted",
            budget.name
        ),
        1 => format!(
            "budget `{}` has {bound} over the only pod of {names}: it cannot be evicted{stuck}",
            budget.name
        ),
        _ => format!(
            "budget `{}` has {bound} over the {most} pods of {names}: none can be evicted{stuck}",
            budget.name
        ),
    };
    let help = if most > 1 {
        "write `maxUnavailable: 1` or a share such as `25%`"
    } else {
        "leave the budget out, or run at least 2 replicas and write `maxUnavailable: 1`"
    };
    let level = if most == 0 {
        Severity::Warning
    } else {
        Severity::Error
    };
    // Over a single pod that is as good as no budget, and it stays right with more.
    let fix = budget_bound::one_at_a_time(budget, most.max(1), findings.document);
    findings.at_budget(budget, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(fix)
    });
}
