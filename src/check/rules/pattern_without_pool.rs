use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::{Mode, pointers};
use crate::diagnostic::{Fix, Pointer, Severity};
use crate::plan::{MatchedBy, NodePool, Plan};

pub(super) const RULE: Rule = Rule {
    id: "pattern-without-pool",
    levels: &[Severity::Error, Severity::Warning],
    summary: "a pattern of the priority expander matches no node pool",
    harm: "The priority that the pattern was written for applies to no pool. The pool that it is meant for has another \
           priority, or none: the autoscaler then does not scale it up while it can scale up another one.",
    detection: "No node group in the status of the cluster autoscaler (`kubectl -n kube-system get configmap \
                cluster-autoscaler-status -o yaml`) has a name that the pattern matches.",
    remedy: "Write the pattern for the name of the node group, which is not the name of the pool, or remove it. Or \
             remove `priorities`: spotgen then derives the patterns from the pools.\n\nThe finding is a warning if every \
             pool is matched by another pattern.",
    sources: &[
        "kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `groupIDMatchesList`",
        "kubernetes/autoscaler#3735",
    ],
    check: Check::Priorities(check),
};

fn check(plan: &Plan, findings: &mut Findings<'_>) {
    if plan.node_pools.is_empty() {
        return;
    }
    let missed: Vec<&NodePool> = missed(plan).collect();
    let idle: Vec<(MatchedBy, &str)> = idle(plan).collect();
    for (at, text) in &idle {
        let (level, consequence) = match missed.as_slice() {
            [] => (Severity::Warning, String::new()),
            [pool] => (
                Severity::Error,
                format!(", and no other pattern matches pool `{}`", pool.name),
            ),
            [pool, ..] => (
                Severity::Error,
                format!(
                    ", and no other pattern matches pool `{}` and {} more",
                    pool.name,
                    missed.len() - 1
                ),
            ),
        };
        let message = format!("expander pattern `{text}` matches no node pool{consequence}");
        let pointer = pointers::pattern(at.priority, at.pattern);
        let meant = missed.first().copied();
        let help = match meant {
            Some(pool) => format!(
                "patterns are matched against the name of the node group, for pool `{}` like `{}`: write `{}`",
                pool.name,
                pool.node_group_sample(plan.provider),
                pool.node_group
            ),
            None => format!("correct the pattern, or remove it: {}", groups(plan)),
        };
        let cure = match (missed.as_slice(), idle.len()) {
            ([pool], 1) => {
                let fix = Fix::set(pointer.clone(), pool.node_group.as_str());
                findings.wherever(fix)
            }
            ([], _) => findings.wherever(Fix::remove(left_over(*at, plan))),
            _ => Err("several pools or patterns are left, and which belong together is not known"),
        };
        findings.at(&pointer, message, |diagnostic| {
            diagnostic
                .level(level)
                .help(help)
                .cure(cure)
                .choice("the pattern may be for another pool, or misspelled")
        });
    }
}

/// A pattern, or its tier if that has no other.
fn left_over(at: MatchedBy, plan: &Plan) -> Pointer {
    let pointer = pointers::pattern(at.priority, at.pattern);
    let mut tiers = plan.autoscaler.priorities.iter();
    if tiers.any(|tier| tier.priority == at.priority && tier.patterns.len() == 1) {
        pointer.parent()
    } else {
        pointer
    }
}

/// What the node groups are called.
fn groups(plan: &Plan) -> String {
    let pools = plan.node_pools.iter().take(3);
    let names: Vec<String> = pools
        .map(|pool| format!("`{}`", pool.node_group_sample(plan.provider)))
        .collect();
    format!("the names of node groups are like {}", names.join(", "))
}

/// The pools that no pattern matches. Pods of a System pool run on no other pool.
fn missed(plan: &Plan) -> impl Iterator<Item = &NodePool> {
    let pools = plan.node_pools.iter();
    pools.filter(|pool| pool.matched_by.is_empty() && pool.mode != Mode::System)
}

/// The patterns that match no pool.
fn idle(plan: &Plan) -> impl Iterator<Item = (MatchedBy, &str)> {
    let tiers = plan.autoscaler.priorities.iter();
    let patterns = tiers.flat_map(|tier| {
        let patterns = tier.patterns.iter().enumerate();
        patterns.map(|(pattern, text)| {
            let at = MatchedBy {
                priority: tier.priority,
                pattern,
            };
            (at, text.as_str())
        })
    });
    patterns.filter(|(at, _)| {
        let mut pools = plan.node_pools.iter();
        pools.all(|pool| !pool.matched_by.contains(at))
    })
}
