use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Expander;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "expander-not-priority",
    level: Severity::Error,
    summary: "nothing makes the autoscaler grow Spot before on-demand",
    harm: "The autoscaler looks at what a pod requires, not at what it prefers: to it, Spot and on-demand are \
           alike for a pod that merely prefers Spot. Without the priority expander it grows either. Priorities \
           that are written all the same have no effect.",
    detection: "`kubectl get nodes` shows new on-demand nodes while Spot pools are below their maximum.",
    remedy: "Leave `expander` out, or write `expander: priority`. On AKS the expander is a setting of the \
             cluster: `az aks update --cluster-autoscaler-profile expander=priority`.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/FAQ.md: soft constraints like \
         preferredDuringSchedulingIgnoredDuringExecution are not considered",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the default of `expander` is `random`",
        "Azure/AKS#5136, kubernetes/autoscaler#8133",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let autoscaler = &plan.autoscaler;
    let has = |is_spot: bool| plan.node_pools.iter().any(|pool| pool.is_spot() == is_spot);
    let can_be = plan
        .provider
        .cluster_autoscaler
        .expander_namespace
        .is_some();
    if !can_be || autoscaler.expander == Some(Expander::Priority) || !has(true) || !has(false) {
        return;
    }
    let expander = autoscaler.expander.map_or("none", Expander::as_str);
    let written = pointers::spec("autoscaler/priorities");
    let (pointer, message, level) = match findings.document.node(&written) {
        Some(_) => (
            written.at_key(),
            format!("these priorities have no effect: the expander is `{expander}`"),
            Severity::Error,
        ),
        None => (
            pointers::spec("autoscaler/expander"),
            format!("the expander is `{expander}`: on-demand is grown as readily as Spot"),
            Severity::Warning,
        ),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .level(level)
            .help("leave `expander` out, or write `expander: priority`")
            .fix(Fix::set(pointers::spec("autoscaler/expander"), "priority"))
    });
}
