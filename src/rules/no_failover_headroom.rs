use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "no-failover-headroom",
    level: Severity::Warning,
    summary: "placeholders are on Spot alone",
    harm: "Placeholders on Spot are gone with Spot. They hold room to come back to, not room to fail over to: \
           when all Spot is taken away, pods wait until the autoscaler has grown on-demand, which takes minutes.",
    detection: "During an interruption pods are Pending until an on-demand node is ready.",
    remedy: "Add placeholders with `capacity: OnDemand`, as many and as large as the pods that must not wait. \
             Left out, `placeholders` are made for both.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/spot-node-pool.md: all nodes of a pool can be evicted at once",
        "Azure/AKS#4405: failover takes 20 minutes",
    ],
    check: Check::Plan(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let is_on_spot = |placeholder: &crate::plan::Placeholder| {
        plan.pools_of(&placeholder.target)
            .all(crate::plan::NodePool::is_spot)
    };
    let mut placeholders = plan.placeholders();
    if plan.placeholders().next().is_none()
        || !placeholders.all(|(_, placeholder)| is_on_spot(placeholder))
    {
        return;
    }
    // Whose placeholders are made by default has not forgotten anything.
    let written = places::spec("overprovisioner/placeholders");
    let level = match findings.document.node(&written) {
        Some(_) => Severity::Warning,
        None => Severity::Info,
    };
    let message =
        "all placeholders are on Spot, and gone with it: failover waits for a new on-demand node";
    findings.at(&written, message, |diagnostic| {
        diagnostic
            .level(level)
            .help("add placeholders with `capacity: OnDemand` for what must not wait; they stay where on-demand \
                nodes are paid for anyway (`nodes.min`)")
    });
}
