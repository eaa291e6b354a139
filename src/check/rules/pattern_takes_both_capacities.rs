use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Edit, Fix, Severity};
use crate::model::patterns::{self, Mixed};
use crate::plan::{MatchedBy, NodePool, Plan};
use crate::values::pattern::Matcher;

pub(super) const RULE: Rule = Rule {
    id: "pattern-takes-both-capacities",
    levels: &[Severity::Error, Severity::Warning],
    summary: "one pattern of the priority expander matches both Spot and on-demand pools",
    harm: "Both pools are then in one tier, and the autoscaler chooses between them at random. An unanchored `.*cpu.*` \
           for the pool `cpu` also matches `cpuspot`, and `.*spot.*` also matches `nospot`. If no pool name contains \
           the word, only `.*` matches, and it matches all pools.",
    detection: "New nodes alternate between Spot and on-demand although Spot is available.",
    remedy: "Anchor the pattern to the node group (`^aks-<pool>-[0-9]+-vmss$`), or remove `priorities`: the default is \
             derived from the pools.\n\nThe finding is a warning if the expander is not `priority`: the patterns have \
             no effect then.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go: regular expressions are not \
         anchored; of several groups left the choice is random",
        "Azure/AKS#2359: pools `cpu` and `cpuspot`",
    ],
    check: Check::Priorities(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    for mixed in patterns::mixed(plan) {
        // If a pattern of a higher tier matches no pool, it is the cause, and another rule's finding.
        if patterns::idle(plan).any(|(idle, _)| mixed.is_below(idle)) {
            continue;
        }
        let both = takes_both(plan, &mixed);
        let Mixed {
            at,
            spot,
            on_demand,
            by: taken,
        } = mixed;
        if let Some((at, taking, taken)) = both {
            if taking.node_group == taken.node_group {
                one_group(plan, (at, taking, taken), findings);
                continue;
            }
            let message = format!(
                "the node group of pool `{}` is given as `{}`, which matches that of pool `{}` too: the autoscaler picks \
                 one of the two pools at random",
                taking.name, taking.node_group, taken.name
            );
            let pointer = pointers::pool(at).child("nodeGroup");
            findings.at(&pointer, message, |diagnostic| {
                diagnostic
                    .help("write the exact name of the node group, or anchor the pattern: `^…$`")
                    .no_fix("only the owner knows the name of the node group")
            });
            continue;
        }
        let message = format!(
            "one expander pattern matches Spot pool `{}` and on-demand pool `{}`: the autoscaler picks one of them at \
             random",
            spot.name, on_demand.name
        );
        let related = findings.locate(&pointers::pool(at).child("name"));
        let pointer = pointers::pattern(taken.priority, taken.pattern);
        let cure = findings.wherever(part(plan, taken));
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .related(related, "the Spot pool")
                .help(format!(
                    "add a pattern that matches only Spot, in a tier with a higher number: `{}`",
                    spot.node_group
                ))
                .cure(cure)
        });
    }
}

/// Two pools with the same node group: there is nothing that a pattern could tell apart.
fn one_group(
    plan: &Plan,
    (at, one, other): (usize, &NodePool, &NodePool),
    findings: &mut Findings<'_>,
) {
    let message = format!(
        "pools `{}` and `{}` have the same node group, `{}`: no pattern tells them apart, and the autoscaler does not choose \
         between Spot and on-demand",
        one.name, other.name, one.node_group
    );
    let help = if plan.provider.pool_limits.mixed_capacity {
        "list the group once, as a Spot pool with its on-demand nodes in `instancesDistribution`; if they are two groups, \
         write the name of each"
    } else {
        "write the name of its own node group for each of the two pools"
    };
    let pointer = pointers::pool(at).child("nodeGroup");
    findings.at(&pointer, message, |diagnostic| {
        diagnostic
            .help(help)
            .no_fix("only the owner knows the name of the node group")
    });
}

/// The pool whose node group is given by a pattern that takes the other's too, with its number, and the other. None where
/// the pattern of the tier is to blame: it is not the node group of either, and takes both by itself.
fn takes_both<'p>(
    plan: &'p Plan,
    mixed: &Mixed<'p>,
) -> Option<(usize, &'p NodePool, &'p NodePool)> {
    let MatchedBy { priority, pattern } = mixed.by;
    let mut tiers = plan.autoscaler.priorities.iter();
    let tier = tiers.find(|tier| tier.priority == priority)?;
    let written = tier.patterns.get(pattern)?;
    let (spot, on_demand) = (mixed.spot, mixed.on_demand);
    let fits = |pattern: &str, pool: &NodePool| {
        let matcher = Matcher::new(pattern);
        matcher.is_some_and(|matcher| matcher.matches(&pool.node_group_sample))
    };
    let is_group = [spot, on_demand]
        .iter()
        .any(|pool| pool.node_group == *written);
    if !is_group && fits(written, spot) && fits(written, on_demand) {
        return None;
    }
    let (taking, taken) = [(spot, on_demand), (on_demand, spot)]
        .into_iter()
        .find(|(one, other)| fits(&one.node_group, other))?;
    let mut pools = plan.node_pools.iter();
    let at = pools.position(|pool| pool.name == taking.name)?;
    Some((at, taking, taken))
}

/// Adds all Spot pools that the pattern matches to the next higher tier.
fn part(plan: &Plan, taken: MatchedBy) -> Fix {
    let next = taken.priority.saturating_add(1);
    let tier = pointers::spec("autoscaler/priorities").child(next);
    let pools = plan.node_pools.iter();
    let spot = pools.filter(|pool| pool.is_spot() && pool.matched_by.first() == Some(&taken));
    let edits = spot.map(|pool| Edit::Append {
        pointer: tier.clone(),
        value: pool.node_group.as_str().into(),
    });
    Fix::Config(edits.collect())
}
