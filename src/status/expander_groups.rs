//! The patterns of the priority expander against the node groups that there are.

use super::cluster::Cluster;
use super::part::Part;
use super::words::{agreeing, count, names};
use crate::config::Mode;
use crate::plan::NodePool;
use crate::snapshot::GroupStatus;
use crate::values::pattern::Matcher;

pub(super) fn judge(
    part: &mut Part,
    cluster: &Cluster<'_>,
    tiers: &[(i64, Vec<String>)],
    groups: &[GroupStatus],
) {
    let patterns: Vec<(&str, Option<Matcher>)> = tiers
        .iter()
        .flat_map(|(_, patterns)| patterns)
        .map(|pattern| (pattern.as_str(), Matcher::new(pattern)))
        .collect();
    let takes = |matcher: &Option<Matcher>, group: &GroupStatus| {
        matcher
            .as_ref()
            .is_some_and(|matcher| matcher.matches(&group.name))
    };
    let mut is_whole = true;
    for (pattern, matcher) in &patterns {
        if !groups.iter().any(|group| takes(matcher, group)) {
            is_whole = false;
            part.trouble(
                "pattern-without-group",
                format!("the pattern `{pattern}` matches none of {}", count(groups.len(), "node group")),
                "spotgen explain pattern-without-pool; the names are in the ConfigMap cluster-autoscaler-status",
            );
        }
    }
    // A pattern that matches nothing is the cause, and the order what comes of it.
    if is_whole {
        inverted(part, cluster, tiers, groups);
    }
    let is_matched = |group: &&GroupStatus| patterns.iter().any(|(_, own)| takes(own, group));
    let (matched, missed): (Vec<&GroupStatus>, Vec<&GroupStatus>) =
        groups.iter().partition(|group| is_matched(group));
    part.fact(format!(
        "matches {} of {}",
        matched.len(),
        count(groups.len(), "node group")
    ));
    part.figure("groups", groups.len());
    part.figure("groupsMatched", matched.len());
    let missed: Vec<&str> = missed
        .into_iter()
        .filter(|group| !is_system(cluster, group))
        .map(|group| group.name.as_str())
        .collect();
    if !missed.is_empty() {
        part.trouble(
            "group-without-pattern",
            format!(
                "no pattern matches {}: {} no new nodes where another group can",
                names(&missed),
                agreeing(missed.len(), "it gets", "they get")
            ),
            "add a last tier `.*`: spotgen explain pool-without-priority",
        );
    }
}

/// An on-demand group in the tier of a Spot group, or in a higher one: Spot is bought by chance or never. A group is in the
/// highest tier that has a pattern for it.
/// Source: kubernetes/autoscaler cluster-autoscaler/expander/priority/priority.go, `BestOptions`.
fn inverted(
    part: &mut Part,
    cluster: &Cluster<'_>,
    tiers: &[(i64, Vec<String>)],
    groups: &[GroupStatus],
) {
    let tiers: Vec<(i64, Vec<Matcher>)> = tiers
        .iter()
        .map(|(tier, own)| {
            let patterns = own.iter().filter_map(|pattern| Matcher::new(pattern));
            (*tier, patterns.collect())
        })
        .collect();
    let tier = |group: &GroupStatus| {
        let of_it = tiers
            .iter()
            .filter(|(_, own)| own.iter().any(|own| own.matches(&group.name)));
        of_it.map(|(tier, _)| *tier).max()
    };
    let (mut spot, mut on_demand) = (Vec::new(), Vec::new());
    for group in groups {
        let pool = pool(cluster, group);
        if let Some((pool, tier)) = pool.zip(tier(group)) {
            if pool.is_spot() && pool.on_demand_part.is_none() {
                spot.push((tier, group));
            } else if pool.mode != Mode::System && !pool.is_spot() {
                on_demand.push((tier, group));
            }
        }
    }
    let lowest = spot.iter().min_by_key(|(tier, _)| *tier);
    let highest = on_demand.iter().max_by_key(|(tier, _)| *tier);
    let Some(((below, spot), (above, on_demand))) = lowest.zip(highest) else {
        return;
    };
    if above < below {
        return;
    }
    let how = if above == below {
        format!("are both in tier {above}: the cluster autoscaler picks one of them at random")
    } else {
        format!("are in the tiers {above} and {below}: the cluster autoscaler adds on-demand first")
    };
    part.trouble(
        "expander-prefers-on-demand",
        format!(
            "the on-demand group {} and the Spot group {} {how}",
            on_demand.name, spot.name
        ),
        "give the Spot group the higher number: spotgen explain inverted-priorities",
    );
}

/// The pool whose group it is.
fn pool<'p>(cluster: &Cluster<'p>, group: &GroupStatus) -> Option<&'p NodePool> {
    let mut pools = cluster.plan.node_pools.iter();
    pools.find(|pool| Matcher::new(&pool.node_group).is_some_and(|own| own.matches(&group.name)))
}

/// Whether only the cluster's own pods run there.
fn is_system(cluster: &Cluster<'_>, group: &GroupStatus) -> bool {
    pool(cluster, group).is_some_and(|pool| pool.mode == Mode::System)
}
