use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Expander;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "expander-not-priority",
    levels: &[Severity::Error, Severity::Warning],
    summary: "nothing makes the autoscaler scale up Spot before on-demand",
    harm: "The autoscaler considers what a pod requires, not what it prefers. For a pod that merely prefers Spot, Spot \
           and on-demand pools are equal, and without the priority expander it scales up either. Priorities that are \
           set anyway have no effect.",
    detection: "`kubectl get nodes` shows new on-demand nodes while Spot pools are below their maximum.",
    remedy: "Remove `expander`, or set `expander: priority`. On AKS the expander is a setting of the cluster: \
             `az aks update --cluster-autoscaler-profile expander=priority`.",
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
            format!(
                "these priorities have no effect: the expander is `{expander}`, not `priority`"
            ),
            Severity::Error,
        ),
        None => (
            pointers::spec("autoscaler/expander"),
            format!("the expander is `{expander}`: on-demand is scaled up as readily as Spot"),
            Severity::Warning,
        ),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .level(level)
            .help("set `expander: priority`, or remove `expander`: the default is `priority`")
            .fix(Fix::set(pointers::spec("autoscaler/expander"), "priority"))
    });
}
