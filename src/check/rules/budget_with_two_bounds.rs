use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "budget-with-two-bounds",
    levels: &[Severity::Error],
    summary: "a PodDisruptionBudget has both `minAvailable` and `maxUnavailable`",
    harm: "The API server refuses the budget, and with it the release that contains it. Until it is corrected, no budget \
           limits evictions, or the earlier version does.",
    detection: "`kubectl apply` fails with `minAvailable and maxUnavailable cannot be both set`.",
    remedy: "Remove one of the two. `maxUnavailable` stays right when the number of replicas changes.",
    sources: &[
        "kubernetes/kubernetes pkg/apis/policy/validation/validation.go, `ValidatePodDisruptionBudgetSpec`",
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#specifying-a-poddisruptionbudget",
    ],
    check: Check::Installed(check),
};

fn check(_: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    for budget in &installed.manifests.budgets {
        let (Some(least), Some(most)) = (budget.min_available, budget.max_unavailable) else {
            continue;
        };
        let message = format!(
            "the API server refuses PodDisruptionBudget `{}`: it has both `minAvailable: {least}` and `maxUnavailable: \
             {most}`",
            budget.name
        );
        let second = Pointer::parse("/spec/maxUnavailable");
        let location = findings.part((budget.location, budget.location), [second]);
        findings.in_manifest(location, message, |diagnostic| {
            diagnostic
                .help("remove one of them: `maxUnavailable` stays right when the number of replicas changes")
                .no_fix("only its owner knows which of the two is meant")
        });
    }
}
