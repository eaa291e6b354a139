use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::defaults;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::plan::{MatchedBy, NodePool, Plan};
use crate::values::words::quoted;

pub(super) const RULE: Rule = Rule {
    id: "inverted-priorities",
    levels: &[Severity::Error, Severity::Warning],
    summary: "on-demand pools have the same expander priority as Spot pools, or a higher one",
    harm: "The priority expander picks the highest number. With Spot at 10 and on-demand at 50, every new node is \
           on-demand for as long as on-demand can be scaled up, and Spot is hardly ever bought. With equal numbers, \
           the choice between them is random.",
    detection: "`kubectl get nodes -L kubernetes.azure.com/scalesetpriority` shows new nodes without the Spot label \
                while Spot pools are below their maximum.",
    remedy: "Give Spot pools the higher number. Without `priorities`, spotgen derives the priorities from the pools.\n\n\
             The finding is a warning if the expander is not `priority`: the priorities have no effect then.",
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
    let spot = pools()
        .filter(|pool| pool.is_spot())
        .filter_map(with_pattern)
        // A single pattern that matches both is another rule's finding.
        .filter(|(_, own)| own.priority <= taken.priority && *own != taken);
    let mut by_pattern: Vec<(MatchedBy, Vec<&NodePool>)> = Vec::new();
    for (pool, own) in spot {
        match by_pattern.iter_mut().find(|(known, _)| *known == own) {
            Some((_, pools)) => pools.push(pool),
            None => by_pattern.push((own, vec![pool])),
        }
    }
    for (own, spot) in by_pattern {
        let names: Vec<&str> = spot.iter().map(|pool| pool.name.as_str()).collect();
        let (noun, verb) = match names[..] {
            [_] => ("pool", "has"),
            _ => ("pools", "have"),
        };
        let message = format!(
            "Spot {noun} {} {verb} expander priority {}, and on-demand pool `{}` has {}: only a higher number lets Spot \
             scale up first",
            quoted(&names),
            own.priority,
            on_demand.name,
            taken.priority
        );
        let pointer = pointers::pattern(own.priority, own.pattern);
        let origin = findings.origin(&pointer);
        let or = origin
            .unless_manifest(", or remove `priorities`: the default is derived from the pools");
        let related = findings.locate(&pointers::pattern(taken.priority, taken.pattern));
        // The existing pattern may match other pools too, so it stays. Of two priorities, the higher one applies.
        let higher = pointers::spec("autoscaler/priorities").child(taken.priority + STEP);
        let moved = spot.iter().map(|pool| Edit::Append {
            pointer: higher.clone(),
            value: pool.node_group.as_str().into(),
        });
        let cure = findings.wherever(Fix::Config(moved.collect()));
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

fn with_pattern(pool: &NodePool) -> Option<(&NodePool, MatchedBy)> {
    Some((pool, *pool.matched_by.first()?))
}
