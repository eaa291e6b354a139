use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Pointer, Severity};
use crate::plan::{MatchedBy, NodePool, Plan, Tier};

pub(super) const RULE: Rule = Rule {
    id: "zone-pools-apart",
    levels: &[Severity::Warning],
    summary: "pools that differ only in their zone are in different tiers",
    harm: "The autoscaler balances single-zone pools only within one tier of the priority expander. In different \
           tiers, the zone of the higher tier gets every node that it can provide. All Spot nodes are then in one \
           zone, and are lost with it.",
    detection: "`kubectl get nodes -L topology.kubernetes.io/zone` shows Spot nodes in one zone.",
    remedy: "Put the pools into the same tier, and set `balance-similar-node-groups: true`.",
    sources: &[
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: one pool for each zone, with \
         balance-similar-node-groups",
        "Azure/AKS#2849",
    ],
    check: Check::Priorities(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let mut pools: Vec<&NodePool> = plan
        .node_pools
        .iter()
        .filter(|pool| pool.is_spot() && pool.zones.len() == 1 && pool.vm_size.is_some())
        .collect();
    pools.sort_by_key(|pool| &pool.vm_size);
    for pair in pools.windows(2) {
        let [one, other] = pair else { continue };
        let (Some(first), Some(second)) = (one.matched_by.first(), other.matched_by.first()) else {
            continue;
        };
        if one.vm_size != other.vm_size
            || one.zones == other.zones
            || first.priority == second.priority
        {
            continue;
        }
        let message = format!(
            "pools `{}` (priority {}) and `{}` (priority {}) differ only in their zone but are in different tiers: \
             zone {} gets every node that it can provide before zone {} gets one",
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
        let pointer = pointers::pattern(first.priority, first.pattern);
        let origin = findings.origin(&pointer);
        let (tier, (lower, from)) = if first.priority > second.priority {
            (first.priority, (other, second))
        } else {
            (second.priority, (one, first))
        };
        let mut edits = put_into(tier, lower, *from, plan);
        if origin.is_manifest() {
            // The autoscaler's own settings need not be in the manifests.
            let priorities = pointers::spec("autoscaler/priorities");
            edits.retain(|edit| {
                let pointer = edit.pointer();
                pointer.lies_in(&priorities) || findings.place(pointer).is_some()
            });
        }
        let cure = findings.wherever(Fix::Config(edits));
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .related(related, format!("this matches `{}`", other.name))
                .help("put both pools into the same tier, and set `balance-similar-node-groups: true`")
                .cure(cure)
        });
    }
}

const BALANCE: &str = "balance-similar-node-groups";

/// Puts a pool into a higher tier with a pattern that matches nothing else, and has similar pools balanced.
fn put_into(tier: u32, pool: &NodePool, from: MatchedBy, plan: &Plan) -> Vec<Edit> {
    let priorities = pointers::spec("autoscaler/priorities");
    let mut edits = vec![Edit::Append {
        pointer: priorities.child(tier),
        value: pool.node_group.clone().into(),
    }];
    let mut others = plan.node_pools.iter().filter(|own| own.name != pool.name);
    if !others.any(|other| other.matched_by.contains(&from)) {
        edits.push(Edit::Remove {
            pointer: left_over(from, plan),
        });
    }
    let is_off = !plan.autoscaler.is_true(BALANCE) && !plan.autoscaler.is_unknown(BALANCE);
    if plan.autoscaler.has_setting(BALANCE) && is_off {
        edits.push(Edit::Set {
            pointer: pointers::autoscaler_setting(BALANCE),
            value: "true".into(),
        });
    }
    edits
}

/// A pattern that no pool needs any more, or its tier if that has no other pattern.
fn left_over(pattern: MatchedBy, plan: &Plan) -> Pointer {
    let mut tiers = plan.autoscaler.priorities.iter();
    let is_last = |tier: &Tier| tier.priority == pattern.priority && tier.patterns.len() == 1;
    let pointer = pointers::pattern(pattern.priority, pattern.pattern);
    if tiers.any(is_last) {
        pointer.parent()
    } else {
        pointer
    }
}
