use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::defaults;
use crate::diagnostic::{Fix, Severity};
use crate::plan::{NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "inverted-priorities",
    levels: &[Severity::Error],
    summary: "on-demand pools have the same expander priority as Spot pools, or a higher one",
    harm: "The priority expander picks the highest number. With Spot at 10 and on-demand at 50, every new node is \
           on-demand for as long as on-demand can be scaled up, and Spot is hardly ever bought. With equal numbers, \
           the choice between them is random.",
    detection: "`kubectl get nodes -L kubernetes.azure.com/scalesetpriority` shows new nodes without the Spot label \
                while Spot pools are below their maximum.",
    remedy: "Give Spot pools the higher number. Without `priorities`, spotgen derives the priorities from the pools.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/readme.md: the highest value wins",
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `BestOptions`",
        "MicrosoftDocs/azure-aks-docs articles/aks/cluster-autoscaler-overview.md: its sample has Spot at 10 and \
         on-demand at 50",
    ],
    check: Check::Priorities(check),
};

/// The default distance between the priorities of Spot and on-demand.
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
        // A single pattern that matches both is another rule's finding.
        if own.priority > taken.priority || own == taken {
            continue;
        }
        let message = format!(
            "Spot pool `{}` has expander priority {}, and on-demand pool `{}` has {}: only a higher number lets Spot \
             scale up first",
            spot.name, own.priority, on_demand.name, taken.priority
        );
        let pointer = pointers::pattern(own.priority, own.pattern);
        let origin = findings.origin(&pointer);
        let or = origin
            .unless_manifest(", or remove `priorities`: the default is derived from the pools");
        let related = findings.locate(&pointers::pattern(taken.priority, taken.pattern));
        // The existing pattern may match other pools too, so it stays. Of two priorities, the higher one applies.
        let higher = pointers::spec("autoscaler/priorities").child(taken.priority + STEP);
        let cure = findings.wherever(Fix::append(higher, spot.node_group.as_str()));
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .related(
                    related,
                    format!("this pattern matches `{}`", on_demand.name),
                )
                .help(format!(
                    "move the Spot pattern to a priority above {}{or}",
                    taken.priority
                ))
                .cure(cure)
        });
    }
}

fn with_pattern(pool: &NodePool) -> Option<(&NodePool, crate::plan::MatchedBy)> {
    Some((pool, *pool.matched_by.first()?))
}
