use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "removed-budget-api",
    level: Severity::Error,
    summary: "a budget is of an API that the cluster no longer has",
    harm: "`policy/v1beta1` was removed in Kubernetes 1.25. The budget is refused, and with it the release that brings it; \
           or it is left out, and nothing bounds evictions.",
    detection: "`kubectl apply` fails with `no matches for kind PodDisruptionBudget in version policy/v1beta1`.",
    remedy: "Write `apiVersion: policy/v1`. There an empty selector means all pods of the namespace; before, it meant none.",
    sources: &[
        "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125",
    ],
    check: Check::Installed(check),
};

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let version = plan.cluster.kubernetes_version;
    if !version.at_least(1, 25) {
        return;
    }
    for budget in installed
        .manifests
        .budgets
        .iter()
        .filter(|budget| budget.is_beta)
    {
        let message = format!(
            "budget `{}` is of `policy/v1beta1`, which Kubernetes {version} does not have",
            budget.name
        );
        findings.in_manifest(budget.location, message, |diagnostic| {
            let diagnostic = diagnostic.help("write `apiVersion: policy/v1`");
            if budget.selector.is_none() {
                return diagnostic.no_fix(
                    "it covers no pod now, and with an empty selector all of its namespace under `policy/v1`",
                );
            }
            diagnostic.fix(Fix::manifest(budget.location, write_version()))
        });
    }
}

fn write_version() -> Edit {
    Edit::Set {
        pointer: Pointer::root().child("apiVersion"),
        value: "policy/v1".into(),
    }
}
