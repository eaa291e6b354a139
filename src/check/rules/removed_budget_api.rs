use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::{Installed, System};
use crate::diagnostic::{Edit, Fix, Pointer, Severity};

pub(super) const RULE: Rule = Rule {
    id: "removed-budget-api",
    levels: &[Severity::Error],
    summary: "a PodDisruptionBudget uses an API version that the cluster no longer serves",
    harm: "Kubernetes 1.25 removed `policy/v1beta1`. Either the API server rejects the budget, and with it the release \
           that contains it, or the budget is dropped and nothing limits evictions.",
    detection: "`kubectl apply` fails with `no matches for kind PodDisruptionBudget in version policy/v1beta1`.",
    remedy: "Set `apiVersion: policy/v1`. There, an empty selector selects all pods of the namespace; in \
             `policy/v1beta1`, it selected none.",
    sources: &[
        "https://kubernetes.io/docs/reference/using-api/deprecation-guide/#poddisruptionbudget-v125",
    ],
    check: Check::Installed(check),
};

const EMPTY_SELECTOR: &str = "its empty selector would then select the whole namespace; to go on selecting no pods, \
                              remove the budget";

fn check(system: &System, installed: &Installed<'_>, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let version = plan.cluster.kubernetes_version;
    if !version.at_least(1, 25) {
        return;
    }
    for budget in &installed.manifests.budgets {
        let Some(beta) = budget.beta else {
            continue;
        };
        let message = format!(
            "PodDisruptionBudget `{}` uses `policy/v1beta1`, which Kubernetes {version} no longer serves, so it cannot \
             be applied",
            budget.name
        );
        let version = Pointer::parse("/apiVersion");
        let location = findings.part((budget.location, budget.location), [version]);
        findings.in_manifest(location, message, |diagnostic| {
            let diagnostic = diagnostic.help("set `apiVersion: policy/v1`");
            let fix = Fix::manifest(budget.location, write_version());
            if beta.selects_none {
                return diagnostic
                    .help(
                        "its empty selector selects no pods now; in `policy/v1`, it selects all pods of the namespace",
                    )
                    .fix(fix)
                    .choice(EMPTY_SELECTOR);
            }
            diagnostic.fix(fix)
        });
    }
}

fn write_version() -> Edit {
    Edit::Set {
        pointer: Pointer::root().child("apiVersion"),
        value: "policy/v1".into(),
    }
}
