use super::{Check, Findings, Rule, places};
use crate::diagnostic::Severity;
use crate::plan::Plan;

pub(super) const RULE: Rule = Rule {
    id: "unready-nodes-halt-autoscaler",
    level: Severity::Warning,
    summary: "a mass eviction can stop the autoscaler altogether",
    harm: "Nodes that were just evicted stay in the cluster for a while and count as unready. Above \
           `max-total-unready-percentage` (45) of all nodes, and more than `ok-total-unready-count` (3), the \
           autoscaler does nothing at all: it does not grow on-demand either, just when that is needed.",
    detection: "The autoscaler's status ConfigMap says the cluster is `Unhealthy`, and its log `Cluster is not \
                ready for autoscaling`.",
    remedy: "Raise both: `max-total-unready-percentage: 100` and `ok-total-unready-count: 1000`. `profilePreset: \
             Spot`, which is the default, does.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/clusterstate/clusterstate.go, `IsClusterHealthy`",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the defaults",
        "Azure/AKS#4420, Azure/AKS#4400",
    ],
    check: Check::Plan(check),
};

const PERCENTAGE: (&str, i64) = ("max-total-unready-percentage", 45);
const COUNT: (&str, i64) = ("ok-total-unready-count", 3);

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    // Whose autoscaler is installed by its users has its settings elsewhere.
    if plan.provider.profile.is_empty() {
        return;
    }
    let setting = |(key, default): (&str, i64)| {
        let stated = plan.autoscaler.profile.get(key);
        stated.and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (percentage, count) = (setting(PERCENTAGE), setting(COUNT));
    let nodes = |is_spot: bool| -> Option<i64> {
        let pools = plan
            .node_pools
            .iter()
            .filter(|pool| pool.is_spot() == is_spot);
        // As few on-demand nodes as there can be, beside as many Spot nodes.
        pools
            .map(|pool| {
                pool.nodes
                    .map(|range| if is_spot { range.max } else { range.min })
            })
            .sum()
    };
    let (Some(spot), Some(on_demand)) = (nodes(true), nodes(false)) else {
        return;
    };
    if spot <= count || spot * 100 <= percentage * (spot + on_demand) {
        return;
    }
    let message = format!(
        "when {spot} Spot nodes of {} are evicted at once, the autoscaler stops: it does so above {count} and {percentage} % \
         unready nodes",
        spot + on_demand
    );
    let written = places::spec("autoscaler/profile").child(PERCENTAGE.0);
    let pointer = match findings.document.node(&written) {
        Some(_) => written,
        None => places::spec("autoscaler/profilePreset"),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.help(
            "leave `profilePreset` out, or set `max-total-unready-percentage: 100` and \
            `ok-total-unready-count: 1000`",
        )
    });
}
