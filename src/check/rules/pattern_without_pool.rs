use crate::check::findings::Findings;
use crate::check::rule::{Check, Rule};
use crate::config::pointers;
use crate::diagnostic::{Fix, Pointer, Severity};
use crate::model::patterns::{self, Mixed};
use crate::model::possible_groups::possible;
use crate::plan::{MatchedBy, NodePool, Plan};
use crate::suggest::similar;
use crate::values::pattern::Matcher;

pub(super) const RULE: Rule = Rule {
    id: "pattern-without-pool",
    levels: &[Severity::Error, Severity::Warning, Severity::Info],
    summary: "a pattern of the priority expander matches no node pool",
    harm: "The priority that the pattern was written for applies to no pool. The pool that it is meant for has another \
           priority, or none: the autoscaler then does not scale it up while it can scale up another one.",
    detection: "No node group in the status of the cluster autoscaler (`kubectl -n kube-system get configmap \
                cluster-autoscaler-status -o yaml`) has a name that the pattern matches.",
    remedy: "Write the pattern for the name of the node group, which is not the name of the pool, or remove it. Or \
             remove `priorities`: spotgen then derives the patterns from the pools.\n\nThe finding is a warning if every \
             pool is matched by another pattern, and that keeps Spot and on-demand apart, or if the expander is not \
             `priority`: the patterns have no effect then. It is an info if \
             the name of a node group is known only in part, and the pattern matches some name that it can have: that is, \
             `nodeGroup` is a pattern, or the cloud chooses a part of the name.",
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
    let missed: Vec<&NodePool> = patterns::missed(plan).map(|(_, pool)| pool).collect();
    let idle: Vec<(MatchedBy, &str)> = patterns::idle(plan).collect();
    for (at, text) in &idle {
        let mixed: Vec<Mixed<'_>> = patterns::mixed(plan)
            .filter(|mixed| mixed.is_below(*at))
            .collect();
        let pointer = pointers::pattern(at.priority, at.pattern);
        if let Some(pool) = possible(text, &plan.node_pools) {
            undecided(text, pool, &pointer, findings);
            continue;
        }
        let own = named(text, plan);
        // Those that another pattern names are told there.
        let is_of_another = |pool: &NodePool| {
            let mut others = idle.iter().filter_map(|(_, text)| named(text, plan));
            others.any(|other| other.name == pool.name)
        };
        let can_be_meant = |pool: &&NodePool| {
            own.map_or_else(|| !is_of_another(pool), |own| own.name == pool.name)
        };
        let missed: Vec<&NodePool> = missed.iter().copied().filter(can_be_meant).collect();
        let level = if missed.is_empty() && mixed.is_empty() {
            Severity::Warning
        } else {
            Severity::Error
        };
        let message = format!(
            "expander pattern `{text}` matches no node pool{}",
            consequence(plan, &missed, &mixed)
        );
        // The pools that can be meant.
        let has_tier = |pool: &NodePool| {
            let mut matched = pool.matched_by.iter();
            matched.any(|by| by.priority == at.priority)
        };
        let left: Vec<&NodePool> = match own {
            // Another pattern says it already.
            Some(own) if has_tier(own) => Vec::new(),
            Some(own) => vec![own],
            None if missed.is_empty() => mixed.iter().map(|mixed| mixed.spot).collect(),
            None => missed,
        };
        let near = left.iter().find_map(|pool| misspelt(text, pool, plan));
        let help = match (&near, left.first()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(pool)) => format!(
                "patterns are matched against the name of the node group, for pool `{}` like `{}`: write `{}`",
                pool.name, pool.node_group_sample, pool.node_group
            ),
            (None, None) => format!("correct the pattern, or remove it: {}", groups(plan)),
        };
        let is_certain = own.is_some() || idle.len() == 1;
        let cure = match (left.as_slice(), is_certain) {
            ([pool], true) => {
                let meant = near.as_deref().unwrap_or(&pool.node_group);
                findings.wherever(Fix::set(pointer.clone(), meant))
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

/// Whether the pattern matches a node group depends on what is not known of its name.
fn undecided(text: &str, pool: &NodePool, pointer: &Pointer, findings: &mut Findings<'_>) {
    let message = format!(
        "expander pattern `{text}` matches no node pool for all that is known: whether it matches the node group of pool \
         `{}` depends on the rest of its name",
        pool.name
    );
    findings.at(pointer, message, |diagnostic| {
        diagnostic
            .level(Severity::Info)
            .help(format!(
                "state the name of the node group in `nodeGroup` of the pool: `{}` is all that is known of it",
                pool.node_group
            ))
            .no_fix("only the cluster has the whole names of its node groups")
    });
}

/// The pool whose name is a word of the pattern, or else the one whose name is nearly so.
fn named<'p>(text: &str, plan: &'p Plan) -> Option<&'p NodePool> {
    let words = || text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut pools = plan.node_pools.iter();
    let exact = pools.find(|pool| words().any(|word| word == pool.name));
    exact.or_else(|| {
        let names = || plan.node_pools.iter().map(|pool| pool.name.as_str());
        let meant = words()
            .filter(|word| word.len() > 2)
            .find_map(|word| similar(word, names()))?;
        plan.node_pools.iter().find(|pool| pool.name == meant)
    })
}

/// What follows from it, as the end of the message.
fn consequence(plan: &Plan, missed: &[&NodePool], mixed: &[Mixed<'_>]) -> String {
    match (missed, mixed) {
        ([], []) => String::new(),
        ([], [mixed, ..]) => {
            let mut tiers = plan.autoscaler.priorities.iter();
            let tier = tiers.find(|tier| tier.priority == mixed.by.priority);
            let text = tier.and_then(|tier| tier.patterns.get(mixed.by.pattern));
            format!(
                ", so `{}` matches both Spot pool `{}` and on-demand pool `{}`: the autoscaler picks one of them at \
                 random",
                text.map_or("another one", String::as_str),
                mixed.spot.name,
                mixed.on_demand.name
            )
        }
        ([pool], _) => format!(", and no other pattern matches pool `{}`", pool.name),
        ([pool, others @ ..], _) => format!(
            ", and no other pattern matches pool `{}` and {} more",
            pool.name,
            others.len()
        ),
    }
}

/// The same pattern with a word of it as the name of the pool has it, if that matches the pool and no other capacity.
fn misspelt(text: &str, pool: &NodePool, plan: &Plan) -> Option<String> {
    let letters = pool
        .name
        .trim_end_matches(|letter: char| letter.is_ascii_digit());
    let words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words = words.filter(|word| word.len() > 2);
    let corrected = words.flat_map(|word| {
        let names = [pool.name.as_str(), letters];
        let near = names
            .into_iter()
            .filter(move |name| similar(word, [*name]).is_some());
        near.map(move |name| text.replace(word, name))
    });
    let mut fitting = corrected.filter(|corrected| {
        Matcher::new(corrected).is_some_and(|matcher| {
            let fits = |pool: &NodePool| matcher.matches(&pool.node_group_sample);
            let mut others = plan.node_pools.iter();
            fits(pool) && !others.any(|other| other.capacity != pool.capacity && fits(other))
        })
    });
    fitting.next()
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
        .map(|pool| format!("`{}`", pool.node_group_sample))
        .collect();
    format!("the names of node groups are like {}", names.join(", "))
}
