use super::{Check, Findings, Rule, places};
use crate::config::{Mode, ProviderName};
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-system-pool",
    level: Severity::Info,
    summary: "no System pool is listed",
    harm: "An AKS cluster needs a System pool of on-demand nodes, and has one. As it is not listed here, nothing \
           is known of it: what runs there, and whether workloads land on it.",
    detection: "`az aks nodepool list --query \"[].{name:name, mode:mode}\"` names it.",
    remedy: "Nothing need be done. List the pool with `mode: System` if its nodes are to count.",
    sources: &["MicrosoftDocs/azure-aks-docs articles/aks/use-system-pools.md"],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let has_one = plan.node_pools.iter().any(|pool| pool.mode == Mode::System);
    if plan.provider.name == ProviderName::Aks && !plan.node_pools.is_empty() && !has_one {
        let message = "no System pool is listed: nothing is known of the nodes that the cluster's own pods run on";
        findings.at(&places::spec("nodePools"), message, |diagnostic| diagnostic);
    }
}
