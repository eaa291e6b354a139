use crate::check::findings::Findings;
use crate::check::fixes::autoscaler::{self, Setting};
use crate::check::rule::{Check, Rule};
use crate::config::EvictionPolicy;
use crate::diagnostic::Severity;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "unready-nodes-halt-autoscaler",
    levels: &[Severity::Warning, Severity::Info],
    summary: "a mass eviction can stop the autoscaler completely",
    harm: "When more than `max-total-unready-percentage` (45) of all nodes and more than `ok-total-unready-count` (3) \
           nodes are unready, the autoscaler does nothing at all. It does not scale up on-demand either, just when \
           that is needed. Nodes count if they are older than 15 minutes and their machine still exists. With \
           `evictionPolicy: Deallocate`, that is every evicted node. Observed on a control plane of real components \
           (Kubernetes 1.36.3, cluster-autoscaler 1.36.1): `Cluster is not ready for autoscaling` from 120 s until the \
           run ended at 2800 s, 1900 s after Spot was back, with 5 pods Pending all the time. With 100 and 1000, \
           on-demand was scaled up after 142 s. With `Delete`, a node counts only until the autoscaler learns that its \
           machine is deleted, which takes seconds. The finding is then only an info.",
    detection: "The autoscaler's status ConfigMap reports the cluster as `Unhealthy`, and its log says `Cluster is not \
                ready for autoscaling`.",
    remedy: "Use `evictionPolicy: Delete`, and raise both limits: `max-total-unready-percentage: 100` and \
             `ok-total-unready-count: 1000`. `profilePreset: Spot`, which is the default, sets these limits.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/clusterstate/clusterstate.go, `IsClusterHealthy` and `updateReadinessStats`: \
            deleted nodes and those that have not started yet are counted apart",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler.md: the defaults",
        "Azure/AKS#4400: machines that were stopped in spite of `Delete`; Azure/AKS#4420",
    ],
    check: Check::Autoscaler(check),
};

const PERCENTAGE: (&str, i64) = ("max-total-unready-percentage", 45);
const COUNT: (&str, i64) = ("ok-total-unready-count", 3);
const WANTED: [Setting; 2] = [(PERCENTAGE.0, "100"), (COUNT.0, "1000")];

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let setting = |(key, default): (&str, i64)| {
        // Of a percentage with a fraction the whole part is enough to go by.
        let whole = plan.autoscaler.setting(key)?.split('.').next()?;
        Some(whole.parse().unwrap_or(default))
    };
    let (Some(percentage), Some(count)) = (setting(PERCENTAGE), setting(COUNT)) else {
        return;
    };
    let sum = |counts: &dyn Fn(&NodePool) -> Option<i64>| -> Option<i64> {
        plan.node_pools.iter().map(counts).sum()
    };
    // The worst case: as few on-demand nodes and as many Spot nodes as possible.
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
    let limits = format!(
        "it does nothing, not even scale up on-demand, while more than {count} nodes and more than {percentage} % of \
         all nodes are unready"
    );
    let (level, message) = if is_too_many(stay) {
        (
            Severity::Warning,
            format!(
                "the eviction of all Spot nodes with `evictionPolicy: Deallocate` ({stay} of {all} nodes) stops the \
                 autoscaler: {limits}"
            ),
        )
    } else if is_too_many(spot) {
        (
            Severity::Info,
            format!(
                "the eviction of all Spot nodes at once ({spot} of {all} nodes) stops the autoscaler until it learns \
                 that they are deleted: {limits}"
            ),
        )
    } else {
        return;
    };
    let pointer = autoscaler::place(findings, PERCENTAGE.0);
    let help = autoscaler::help(findings, plan, &WANTED);
    let cure = autoscaler::set(findings, &WANTED);
    findings.at(&pointer, message, |diagnostic| {
        diagnostic.level(level).help(help).cure(cure)
    });
}
