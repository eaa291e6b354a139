use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::components::System;
use crate::config::pointers;
use crate::diagnostic::Severity;
use crate::plan::NodePool;

pub(super) const RULE: Rule = Rule {
    id: "zone-pools-apart",
    level: Severity::Warning,
    summary: "pools that differ in their zone alone are in different tiers",
    harm: "Pools for one zone each are balanced only within a tier of the priority expander. In different tiers \
           the first zone takes every node that it can get: all Spot nodes are in one zone, and gone with it.",
    detection: "`kubectl get nodes -L topology.kubernetes.io/zone` shows Spot nodes in one zone.",
    remedy: "Put the pools into one tier, and set `balance-similar-node-groups: true`.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: one pool for each zone, with \
         balance-similar-node-groups",
        "Azure/AKS#2849",
    ],
    check: Check::System(check),
};

fn check(system: &System, findings: &mut Findings<'_>) {
    let plan = &system.plan;
    let mut pools: Vec<&NodePool> = plan
        .node_pools
        .iter()
        .filter(|pool| pool.is_spot() && pool.zones.len() == 1 && pool.vm_size.is_some())
        .collect();
    pools.sort_by_key(|pool| &pool.vm_size);
    for pair in pools.windows(2) {
        let [one, other] = pair else { continue };
        let (Some(first), Some(second)) = (one.taken_by.first(), other.taken_by.first()) else {
            continue;
        };
        if one.vm_size != other.vm_size
            || one.zones == other.zones
            || first.priority == second.priority
        {
            continue;
        }
        let message = format!(
            "`{}` is at {} and `{}` at {}: zone {} takes every node that it can get before zone {} has one",
            one.name,
            first.priority,
            other.name,
            second.priority,
            if first.priority > second.priority {
                &one.zones[0]
            } else {
                &other.zones[0]
            },
            if first.priority > second.priority {
                &other.zones[0]
            } else {
                &one.zones[0]
            },
        );
        let related = findings.locate(&pointers::pattern(second.priority, second.pattern));
        findings.at(
            &pointers::pattern(first.priority, first.pattern),
            message,
            |diagnostic| {
                diagnostic
                    .related(related, format!("this takes `{}`", other.name))
                    .help("put them into one tier, and set `balance-similar-node-groups: true`")
            },
        );
    }
}
