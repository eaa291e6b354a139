use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::Mode;
use crate::config::pointers;
use crate::diagnostic::{Fix, Severity};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "pool-without-priority",
    level: Severity::Error,
    summary: "no pattern of the priority expander takes a pool",
    harm: "A pool that no pattern takes is not grown while another one can be. The usual cause is a pattern for \
           the name of the pool, such as `^spotpool$`: patterns are matched with the name of the node group, \
           which on AKS is `aks-<pool>-<digits>-vmss`, and never with labels.",
    detection: "The ConfigMap `cluster-autoscaler-priority-expander` has the event \
                `PriorityConfigMapNotMatchedGroup`, and the pool stays at its minimum.",
    remedy: "Write a pattern for the node group (`^aks-<pool>-[0-9]+-vmss$`), or leave `priorities` out: they \
             are then made from the pools.",
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
    for (at, pool) in plan.node_pools.iter().enumerate() {
        // What runs on a System pool runs on no other, and then no pattern need take it.
        if !pool.matched_by.is_empty() || pool.mode == Mode::System {
            continue;
        }
        let group = pool.node_group_sample(plan.provider);
        let message = format!(
            "no pattern takes pool `{}`, whose node group is called like `{group}`: it is not grown while another one \
             can be",
            pool.name
        );
        let patterns = pointers::spec("autoscaler/priorities").at_key();
        let related = findings.locate(&patterns);
        let cure = findings.in_config(&patterns, take(plan, pool));
        findings.at(&pointers::pool(at).child("name"), message, |diagnostic| {
            diagnostic
                .related(related, "the patterns")
                .help(format!(
                    "write a pattern for its node group: {}",
                    pool.node_group
                ))
                .cure(cure)
        });
    }
}

/// Takes it beside its like: the Spot pools that are tried first, or the on-demand pools that are tried last.
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
    // No number is below 1.
    let tier = tier.unwrap_or_default().max(1);
    let pointer = pointers::spec("autoscaler/priorities").child(tier);
    Fix::append(pointer, pool.node_group.as_str())
}
