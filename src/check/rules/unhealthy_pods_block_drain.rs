use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::defaults::UNHEALTHY_POLICY_SINCE;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::model::budgets::Covered;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "unhealthy-pods-block-drain",
    levels: &[Severity::Info],
    summary: "pods that never become ready block the drain of their node",
    harm: "By default, a PodDisruptionBudget also protects pods that are not ready, as long as too few other pods are \
           ready. A workload whose pods crash therefore blocks every drain, and with it failback and upgrades, until \
           somebody repairs it.",
    detection: "A drain ends with `Cannot evict pod as it would violate the pod's disruption budget`, and the pod is \
                in CrashLoopBackOff.",
    remedy: "Set `unhealthyPodEvictionPolicy: AlwaysAllow`. If the default is intended, set `IfHealthyBudget` \
             explicitly.",
    sources: &[
        "https://kubernetes.io/docs/tasks/run-application/configure-pdb/#unhealthy-pod-eviction-policy",
        "kubernetes/enhancements keps/sig-apps/3017-pod-healthy-policy-for-pdb: beta in 1.27, stable in 1.31",
    ],
    check: Check::Budgets(check),
};

const HELP: &str = "add `unhealthyPodEvictionPolicy: AlwaysAllow` to the budget";

fn check(plan: &Plan, budgets: &[Covered<'_>], findings: &mut Findings<'_>) {
    let (major, minor) = UNHEALTHY_POLICY_SINCE;
    if !plan.cluster.kubernetes_version.at_least(major, minor) {
        return;
    }
    for budget in budgets {
        let is_said = match budget.found {
            Some(found) => found.has_unhealthy_policy || found.is_automatic,
            None => budget.pods.iter().any(|pods| {
                let made = pods
                    .planned
                    .and_then(|workload| workload.disruption_budget.as_ref());
                made.is_some_and(|made| made.unhealthy_pod_eviction_policy.is_some())
            }),
        };
        if is_said || !budget.pods.iter().any(|pods| pods.can_be_on_spot(plan)) {
            continue;
        }
        let written = budget.setting(findings.document);
        let message = format!(
            "budget `{}` also protects pods that are not ready: if its pods crash, they block every drain",
            budget.name
        );
        if let Some(found) = budget.found {
            let kind = (String::new(), ("budget", found.name.as_str()));
            findings.once_in_manifests(found.location, kind, message, |diagnostic| {
                let edit = allow(&Pointer::parse("/spec"));
                diagnostic
                    .help(HELP)
                    .fix(Fix::manifest(found.location, edit))
            });
            continue;
        }
        findings.at_budget_setting(budget, written.clone(), message, |diagnostic| {
            let diagnostic = diagnostic.help(HELP);
            match written {
                Some(written) => diagnostic.fix(Fix::Config(vec![allow(&written)])),
                None => diagnostic.no_fix("the budget is not in any file"),
            }
        });
    }
}

fn allow(budget: &Pointer) -> Edit {
    Edit::Set {
        pointer: budget.child("unhealthyPodEvictionPolicy"),
        value: "AlwaysAllow".into(),
    }
}
