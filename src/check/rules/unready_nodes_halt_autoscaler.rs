use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::EvictionPolicy;
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "unready-nodes-halt-autoscaler",
    level: Severity::Warning,
    summary: "a mass eviction can stop the autoscaler altogether",
    harm: "Above `max-total-unready-percentage` (45) of all nodes, and more than `ok-total-unready-count` (3), the \
           autoscaler does nothing at all: it does not scale up on-demand either, just when that is needed. What counts are \
           nodes whose machine is still there and which are older than 15 minutes. With `evictionPolicy: Deallocate` that \
           is every evicted node. Seen on a control plane of real components (Kubernetes 1.36.3, cluster-autoscaler \
           1.36.1): `Cluster is not ready for autoscaling` from 120 s on until the run ended at 2800 s, 1900 s after Spot \
           was back, 5 pods pending all the time; with 100 and 1000 on-demand was scaled up after 142 s. With `Delete` a node \
           counts only until the autoscaler knows that its machine is deleted, which is a matter of seconds: there the \
           finding is only worth knowing.",
    detection: "The autoscaler's status ConfigMap says the cluster is `Unhealthy`, and its log `Cluster is not \
                ready for autoscaling`.",
    remedy: "Use `evictionPolicy: Delete`, and raise both: `max-total-unready-percentage: 100` and \
             `ok-total-unready-count: 1000`. `profilePreset: Spot`, which is the default, does the latter.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/clusterstate/clusterstate.go, `IsClusterHealthy` and `updateReadinessStats`: \
            deleted nodes and those that have not started yet are counted apart",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the defaults",
        "Azure/AKS#4400: machines that were stopped in spite of `Delete`; Azure/AKS#4420",
    ],
    check: Check::Plan(check),
};

const PERCENTAGE: (&str, i64) = ("max-total-unready-percentage", 45);
const COUNT: (&str, i64) = ("ok-total-unready-count", 3);

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    // Whose autoscaler is installed by its users has its settings elsewhere.
    if plan.provider.cluster_autoscaler.profile.is_empty() {
        return;
    }
    let setting = |(key, default): (&str, i64)| {
        let declared = plan.autoscaler.profile.get(key);
        declared
            .and_then(|text| text.parse().ok())
            .unwrap_or(default)
    };
    let (percentage, count) = (setting(PERCENTAGE), setting(COUNT));
    let sum = |counts: &dyn Fn(&NodePool) -> Option<i64>| -> Option<i64> {
        plan.node_pools.iter().map(counts).sum()
    };
    // As few on-demand nodes as there can be, beside as many Spot nodes.
    let all = sum(&|pool| {
        let range = pool.nodes?;
        Some(if pool.is_spot() { range.max } else { range.min })
    });
    let evicted = |is_counted: fn(&NodePool) -> bool| {
        sum(&|pool| {
            if is_counted(pool) {
                Some(pool.nodes?.max)
            } else {
                Some(0)
            }
        })
    };
    let stay = evicted(|pool| pool.eviction_policy == Some(EvictionPolicy::Deallocate));
    let (Some(all), Some(stay), Some(spot)) = (all, stay, evicted(NodePool::is_spot)) else {
        return;
    };
    let is_too_many = |unready: i64| unready > count && unready * 100 > percentage * all;
    let limits = format!("above {count} and {percentage} % unready nodes it does nothing at all");
    let (level, message) = if is_too_many(stay) {
        (
            Severity::Warning,
            format!(
                "when {stay} Spot nodes of {all} are evicted and deallocated, the autoscaler stops: {limits}"
            ),
        )
    } else if is_too_many(spot) {
        (
            Severity::Info,
            format!(
                "when {spot} Spot nodes of {all} are evicted at once, the autoscaler stops until it knows that they \
                 are deleted: {limits}"
            ),
        )
    } else {
        return;
    };
    let written = pointers::spec("autoscaler/profile").child(PERCENTAGE.0);
    let pointer = match findings.document.node(&written) {
        Some(_) => written,
        None => pointers::spec("autoscaler/profilePreset"),
    };
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .level(level)
            .help(
                "leave `profilePreset` out, or set `max-total-unready-percentage: 100` and \
                `ok-total-unready-count: 1000`",
            )
            .fix(raise())
    });
}

fn raise() -> Fix {
    let edits = [(PERCENTAGE.0, "100"), (COUNT.0, "1000")].map(|(key, value)| Edit::Set {
        pointer: pointers::spec("autoscaler/profile").child(key),
        value: value.into(),
    });
    Fix::Config(edits.into())
}
