use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Mode;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-system-pool",
    levels: &[Severity::Info],
    summary: "the configuration lists no System pool",
    harm: "An AKS cluster needs a System pool of on-demand nodes, and always has one. This configuration does not list \
           it, so spotgen knows nothing about it. AKS creates it without a taint. Pods that fail over then land there \
           before they go to the on-demand pools. For a pool that is listed, `untainted-system-pool` reports this.",
    detection: "`az aks nodepool list --query \"[].{name:name, mode:mode, taints:nodeTaints}\"` shows whether it has \
                `CriticalAddonsOnly=true:NoSchedule`.",
    remedy: "If the pool has that taint, nothing needs to be done. Otherwise list the pool with `mode: System` and the \
             taint.",
    sources: &["MicrosoftDocs/azure-aks-docs articles/aks/use-system-pools.md"],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let Some(system_pools) = &plan.provider.system_pools else {
        return;
    };
    let has_one = plan.node_pools.iter().any(|pool| pool.mode == Mode::System);
    if !plan.node_pools.is_empty() && !has_one {
        let message = "the configuration lists no System pool: if the cluster's System pool has no taint, pods that fail over can land \
                       there first";
        findings.at(&pointers::spec("nodePools"), message, |diagnostic| {
            diagnostic
                .help(format!(
                    "list it under `spec.nodePools` with `mode: System` and `taints: [\"{}\"]`",
                    system_pools.taint_text()
                ))
                .no_fix(
                    "the configuration does not contain the name of the cluster's own System pool",
                )
        });
    }
}
