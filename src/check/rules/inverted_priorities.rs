use crate::check::findings::Findings;
use crate::check::fixes::unreachable;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::defaults;
use crate::diagnostic::{Fix, Severity};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "inverted-priorities",
    level: Severity::Error,
    summary: "on-demand is grown before Spot, or as soon as Spot",
    harm: "The priority expander takes the highest number. With Spot at 10 and on-demand at 50 every new node is an \
           on-demand one as long as there can be one, and Spot is hardly ever bought. With the same number for both, the \
           choice between them is made at random.",
    detection: "`kubectl get nodes -L kubernetes.azure.com/scalesetpriority` shows new nodes without the label of Spot \
                while Spot pools are below their maximum.",
    remedy: "Give Spot pools the higher number. Left out, the priorities are made from the pools.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md: the highest value wins",
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `BestOptions`",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: its sample has Spot at 10 and \
         on-demand at 50",
    ],
    check: Check::Priorities(check),
};

/// As far above on-demand as by default.
const STEP: u32 = defaults::SPOT_PRIORITY - defaults::OTHER_PRIORITY;

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    let pools = || plan.node_pools.iter();
    let on_demand = pools()
        .filter(|pool| !pool.is_spot() && plan.lets_workloads_onto(pool))
        .max_by_key(|pool| pool.tier());
    let Some((on_demand, taken)) = on_demand.and_then(with_pattern) else {
        return;
    };
    for (spot, own) in pools()
        .filter(|pool| pool.is_spot())
        .filter_map(with_pattern)
    {
        // One pattern that takes both is another fault.
        if own.priority > taken.priority || own == taken {
            continue;
        }
        let message = format!(
            "Spot pool `{}` is at {}, and on-demand pool `{}` at {}: the highest number is grown first",
            spot.name, own.priority, on_demand.name, taken.priority
        );
        let pointer = pointers::pattern(own.priority, own.pattern);
        let origin = findings.origin(&pointer);
        let or = origin
            .unless_manifest(", or leave `priorities` out: they are then made from the pools");
        let related = findings.locate(&pointers::pattern(taken.priority, taken.pattern));
        findings.at(&pointer, message, |diagnostic| {
            let diagnostic = diagnostic
                .related(related, format!("this takes `{}`", on_demand.name))
                .help(format!("give Spot the higher number{or}"));
            if origin.is_manifest() {
                return diagnostic.no_fix(unreachable::IN_CONFIG_MAP);
            }
            // The pattern that is there may take others too: it stays, and of two the higher number counts.
            let higher = pointers::spec("autoscaler/priorities").child(taken.priority + STEP);
            diagnostic.fix(Fix::append(higher, spot.node_group.as_str()))
        });
    }
}

fn with_pattern(pool: &NodePool) -> Option<(&NodePool, crate::plan::MatchedBy)> {
    Some((pool, *pool.matched_by.first()?))
}
