use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::model::patterns;
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "pool-without-priority",
    levels: &[Severity::Error, Severity::Warning],
    summary: "no pattern of the priority expander matches a node pool",
    harm: "The autoscaler does not scale up a pool without a matching pattern while it can scale up another one. The \
           usual cause is a pattern for the pool's name, such as `^spotpool$`. Patterns are matched against the name \
           of the node group, which on AKS is `aks-<pool>-<digits>-vmss`, and never against labels.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event \
                `PriorityConfigMapNotMatchedGroup`, and the pool stays at its minimum.",
    remedy: "Write a pattern for the node group (`^aks-<pool>-[0-9]+-vmss$`). Or remove `priorities`: spotgen then \
             derives the patterns from the pools.\n\nThe finding is a warning if the expander is not `priority`: the \
             patterns have no effect then.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `groupIDMatchesList`",
        "kubernetes/autoscaler cluster-autoscaler/cloudprovider/azure/azure_scale_set.go, `Id`",
        "Azure/AKS#2359: names of node groups as the log shows them",
    ],
    check: Check::Priorities(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let tiers = &plan.autoscaler.priorities;
    if tiers.is_empty() {
        return;
    }
    // If there is a pattern without a pool for each, those are the cause, and another rule's findings.
    let missed: Vec<_> = patterns::missed(plan).collect();
    if missed.len() <= patterns::idle(plan).count() {
        return;
    }
    for (at, pool) in missed {
        let group = &pool.node_group_sample;
        let message = format!(
            "no expander pattern matches pool `{}`, whose node group has a name like `{group}`: it is not scaled up \
             while another pool can be",
            pool.name
        );
        let patterns = pointers::spec("autoscaler/priorities").at_key();
        let related = findings.locate(&patterns);
        let cure = findings.wherever(take(plan, pool));
        findings.at(&pointers::pool(at).child("name"), message, |diagnostic| {
            diagnostic
                .related(related, "the patterns")
                .help(format!(
                    "add a pattern that matches its node group: `{}`",
                    pool.node_group
                ))
                .cure(cure)
        });
    }
}

/// Adds its pattern to the tier of the Spot pools that are tried first, or of the on-demand pools that are tried last.
fn take(plan: &Plan, pool: &NodePool) -> Fix {
    let pools = plan.node_pools.iter();
    let like = pools.filter(|other| other.is_spot() == pool.is_spot());
    let like = like.filter_map(NodePool::tier);
    let all = plan.autoscaler.priorities.iter().map(|tier| tier.priority);
    let tier = if pool.is_spot() {
        like.max()
            .or(all.max().map(|highest| highest.saturating_add(1)))
    } else {
        like.min()
            .or(all.min().map(|lowest| lowest.saturating_sub(1)))
    };
    // Priorities start at 1.
    let tier = tier.unwrap_or_default().max(1);
    let pointer = pointers::spec("autoscaler/priorities").child(tier);
    Fix::append(pointer, pool.node_group.as_str())
}
